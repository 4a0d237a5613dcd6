// A deploy as dashboards and incidents hear of it: it is marked before the first new replica answers anybody, and once more when it goes
// back. A restart of the same image changes nothing that an incident could be put down to.
import type { Marks } from '../chaos/marks.ts'
import type { Settings } from './settings.ts'
import type { Step } from './steps.ts'

export interface DeployMarks {
  follow(step: Step): void
  /** Resolves when all has been told, or could not be. */
  posted(): Promise<void>
}

export function makeDeployMarks(marks: Marks, { service, isBack }: Pick<Settings, 'service' | 'isBack'>): DeployMarks {
  let isNew = false
  let isMarked = false
  let posted = Promise.resolve()
  const add = (kind: 'deploy' | 'rollback', text: string): void => {
    posted = posted.then(() => marks.add({ kind, text, service }))
  }

  return {
    follow(step) {
      if (step.step === 'begun') isNew = !step.sameImage
      const isBegun = step.step === 'started' || step.step === 'in-place'
      if (isNew && isBegun && !isMarked) {
        isMarked = true
        if (isBack) add('rollback', `${service} goes back to the version before`)
        else add('deploy', `a new version of ${service} takes the place of the one before`)
      }
      if (isMarked && step.step === 'rolled-back') {
        if (isBack) add('deploy', `${service} keeps the version that was to go`)
        else add('rollback', `${service} is back to the version before`)
      }
    },
    posted: () => posted,
  }
}
