// `make deploy-bad`: one of two replicas of api gets a wrong address, as a deploy would bring it, and stays; `make deploy-good`
// takes it back. Both are marks on the dashboards and in the incident.
import type { LabApi } from '../lib/lab-api.ts'
import type { ActionRecord } from './action-record.ts'
import type { Containers } from './containers.ts'
import { makeMarks, toBrokenMark, toHealedMark } from './marks.ts'
import { badDeploy } from './scenarios/bad-deploy.ts'

export interface DeployParts {
  readonly lab: Pick<LabApi, 'postMark'>
  readonly containers: Pick<Containers, 'findTrouble' | 'breakForLater'>
  readonly undoRecorded: () => Promise<ActionRecord | undefined>
  readonly tell: (line: string) => void
  readonly now: () => number
  /** Ctrl-C: what is deployed meanwhile goes at once. */
  readonly stop: AbortSignal
}

/** Nobody wants it for longer, and somebody forgets. */
const defaultSeconds = 1_800

/** Whether it was done. */
export async function deployBad(parts: DeployParts, durationSeconds = defaultSeconds): Promise<boolean> {
  const { lab, containers, undoRecorded, tell, now, stop } = parts
  const trouble = await containers.findTrouble(badDeploy.actions)
  if (trouble.length > 0) {
    for (const sentence of trouble) tell(`Not deployed: ${sentence}`)
    return false
  }
  const endsAtMs = now() + durationSeconds * 1000
  await containers.breakForLater(badDeploy, endsAtMs)
  if (stop.aborted) {
    await undoRecorded()
    tell('Not deployed.')
    return false
  }
  const marks = makeMarks(lab, now)
  for (const action of badDeploy.actions) {
    const mark = toBrokenMark(action, badDeploy.name)
    await marks.add(mark)
    tell(
      `Deployed: ${mark.text}. It goes by itself at ${new Date(endsAtMs).toISOString()}; before that: make deploy-good`,
    )
  }
  return true
}

export async function deployGood({ lab, undoRecorded, tell, now }: Omit<DeployParts, 'stop'>): Promise<void> {
  const record = await undoRecorded()
  if (record === undefined) return tell('There is no bad deploy to take back.')
  const marks = makeMarks(lab, now)
  for (const action of record.actions) {
    const mark = toHealedMark(action, record.scenario)
    await marks.add(mark)
    tell(`Rolled back: ${mark.text}.`)
  }
}
