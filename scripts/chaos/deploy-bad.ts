// `make deploy-bad`: one of two replicas of api gets a wrong address, as a deploy would bring it, and stays; `make deploy-good`
// takes it back. Both are marks on the dashboards and in the incident.
import type { LabApi } from '../lib/lab-api.ts'
import { makeMarks } from './marks.ts'
import type { ContainerAction } from './scenario.ts'
import { badDeploy } from './scenarios/bad-deploy.ts'

export interface DeployParts {
  readonly lab: Pick<LabApi, 'postMark'>
  readonly findTrouble: (actions: readonly ContainerAction[]) => Promise<string[]>
  readonly breakForLater: (actions: readonly ContainerAction[], endsAtMs: number) => Promise<void>
  readonly undoRecorded: () => Promise<string[]>
  readonly tell: (line: string) => void
  readonly now: () => number
}

/** Nobody wants it for longer, and somebody forgets. */
const defaultSeconds = 1_800

/** Whether it was done. */
export async function deployBad(parts: DeployParts, durationSeconds = defaultSeconds): Promise<boolean> {
  const { tell, now } = parts
  const trouble = await parts.findTrouble(badDeploy.actions)
  if (trouble.length > 0) {
    for (const sentence of trouble) tell(`Not deployed: ${sentence}`)
    return false
  }
  const endsAtMs = now() + durationSeconds * 1000
  await parts.breakForLater(badDeploy.actions, endsAtMs)
  const text = 'a new version of api runs on one of two replicas'
  await makeMarks(parts.lab, now).add({ kind: 'deploy', text, service: 'api', scenario: badDeploy.name })
  tell(`Deployed: ${text}. It goes by itself at ${new Date(endsAtMs).toISOString()}; before that: make deploy-good`)
  return true
}

export async function deployGood({ lab, undoRecorded, tell, now }: DeployParts): Promise<void> {
  if ((await undoRecorded()).length === 0) return tell('There is no bad deploy to take back.')
  const text = 'api is back to the version before'
  await makeMarks(lab, now).add({ kind: 'rollback', text, service: 'api', scenario: badDeploy.name })
  tell(`Rolled back: ${text}.`)
}
