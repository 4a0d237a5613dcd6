// "All off", and the proof: containers run again, the lab's list is empty, and nothing marks a fault any more.
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabApi } from '../lib/lab-api.ts'
import type { ActionRecord } from './action-record.ts'
import { makeMarks, toHealedMark } from './marks.ts'
import type { PrometheusApi } from './prometheus-api.ts'
import { describeAction } from './scenario.ts'

export interface StopDeps {
  readonly lab: LabApi
  readonly prometheus: PrometheusApi
  readonly tell: (line: string) => void
  /** Puts containers right that a run has left broken, and says which. */
  readonly undoContainers: () => Promise<ActionRecord | undefined>
  /** How long the mark may take to vanish: a scrape, and a second for the services to hear of it. */
  readonly limitMs?: number
  readonly pollMs?: number
}

/** Whether everything is off as far as can be seen. */
export async function stopAll(deps: StopDeps): Promise<boolean> {
  const { lab, prometheus, tell, limitMs = 30_000, pollMs = 1000 } = deps
  // First: a stopped gateway or lab stands between us and the faults.
  const record = await deps.undoContainers()
  const marks = makeMarks(lab, Date.now)
  for (const action of record?.actions ?? []) {
    tell(`Put right: ${describeAction(action)}.`)
    await marks.add(toHealedMark(action, record?.scenario ?? ''))
  }
  const before = await lab.listFaults()
  for (const { scenario, service, target = 'everything', kind } of before)
    tell(`Ending ${scenario}: ${kind} at ${service}, ${target}`)
  await lab.stopAllFaults()
  const left = await lab.listFaults()
  if (left.length > 0) {
    tell(
      `The lab still lists ${left.length} faults; they end by themselves, the last at ${left
        .map(({ endsAt }) => endsAt)
        .sort()
        .at(-1)}.`,
    )
    return false
  }
  tell(
    before.length === 0 ? 'No fault was active.' : 'The list of faults is empty; each service reads it once a second.',
  )

  const untilMs = Date.now() + limitMs
  for (;;) {
    const marked = await prometheus.query('lab_fault_active > 0').catch((error: Error) => error)
    if (marked instanceof Error) {
      tell(`Prometheus could not be asked whether the mark is gone: ${marked.message}`)
      return false
    }
    if (marked.length === 0) break
    if (Date.now() > untilMs) {
      tell(`Prometheus still shows lab_fault_active for ${marked.map(({ labels }) => labels.scenario).join(', ')}.`)
      return false
    }
    await sleep(pollMs)
  }
  tell('Prometheus shows no active fault (lab_fault_active).')
  return true
}
