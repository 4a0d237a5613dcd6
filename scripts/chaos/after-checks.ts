// After a scenario nothing may be left of it: no active fault, nothing that waits in Kafka, books that balance.
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabApi } from '../lib/lab-api.ts'
import type { PrometheusApi } from './prometheus-api.ts'

export interface AfterParts {
  readonly lab: LabApi
  readonly prometheus: PrometheusApi
  /** What is wrong with the books, in sentences. */
  readonly checkBooks: () => Promise<string[]>
  readonly pollMs?: number
  /** How long marks and lag may take to go: scrapes, and consumers that join again. */
  readonly afterLimitSeconds?: number
}

/** A worker at its usual work has some messages waiting now and then; what waits for a minute is left. */
const usualLag = 20

async function findMarks({ lab, prometheus }: AfterParts): Promise<string[]> {
  const faults = await lab.listFaults()
  if (faults.length > 0) return [`The lab still lists ${faults.length} active faults.`]
  const marked = await prometheus.query('sum(lab_fault_active) > 0')
  return marked.length > 0 ? ['Prometheus still shows an active fault (lab_fault_active).'] : []
}

async function findLag({ prometheus }: AfterParts): Promise<string[]> {
  const waiting = await prometheus.query(`max by (topic, group) (kafka_consumer_lag) > ${usualLag}`)
  return waiting.map(
    ({ labels, value }) => `${value} messages of ${labels.topic} still wait for ${labels.group} in Kafka.`,
  )
}

/** What is left though it had its time, in sentences. */
export async function findLeftovers(parts: AfterParts): Promise<string[]> {
  const { pollMs = 1000, afterLimitSeconds = 60 } = parts
  let left: string[] = []
  for (let round = 0; round <= (afterLimitSeconds * 1000) / Math.max(pollMs, 1000); round += 1) {
    const results = await Promise.allSettled([findMarks(parts), findLag(parts)])
    left = results.flatMap(result =>
      result.status === 'fulfilled' ? result.value : [`It could not be asked what is left: ${result.reason?.message}.`],
    )
    if (left.length === 0) break
    await sleep(pollMs)
  }
  return [...left, ...(await parts.checkBooks())]
}
