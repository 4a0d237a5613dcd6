// What the lab cannot know by itself is marked: containers that were broken and put right, bad deploys, recovered requests. The
// lab joins marks, faults and alerts into incidents. While it cannot be reached marks are kept, each with its own time.
import type { MarkRequest } from '@techmart/contracts/incident-routes'
import type { LabApi } from '../lib/lab-api.ts'
import { type ContainerAction, describeAction } from './scenario.ts'

type MarkOfNow = Omit<MarkRequest, 'at'>

export interface Marks {
  /** Never throws: a mark is for the record, and the scenario goes on without. What was kept goes along. */
  add(mark: MarkOfNow): Promise<void>
}

export function makeMarks(lab: Pick<LabApi, 'postMark'>, now: () => number): Marks {
  let kept: MarkRequest[] = []

  return {
    async add(mark) {
      const waiting = [...kept, { ...mark, at: new Date(now()).toISOString() }]
      kept = []
      for (const each of waiting) await lab.postMark(each).catch(() => kept.push(each))
    },
  }
}

/** Of a container that is broken from now on. One more replica with wrong settings is a deploy, which does not say that it is bad. */
export const toBrokenMark = (action: ContainerAction, scenario: string): MarkOfNow => ({
  ...(action.kind === 'bad-replica'
    ? { kind: 'deploy', text: `a new version of ${action.service} runs on one of two replicas` }
    : { kind: 'broken', text: describeAction(action) }),
  service: action.service,
  scenario,
})

/** Of a container that was put right, by whomever: without it the lab would take what was broken for broken still. */
export const toHealedMark = ({ kind, service }: ContainerAction, scenario: string): MarkOfNow => ({
  ...(kind === 'bad-replica'
    ? { kind: 'rollback', text: `${service} is back to the version before` }
    : { kind: 'healed', text: `${service} is as it was` }),
  service,
  scenario,
})
