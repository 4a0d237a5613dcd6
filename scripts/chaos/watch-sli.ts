// Follows the one SLI that shows a scenario first: when it turns, a failed request to look at, and what it cost of the budget.
import type { PrometheusApi } from './prometheus-api.ts'
import type { Scenario } from './scenario.ts'
import { EventMeter, failedDurations, type Objective, readCounts, readObjective } from './sli.ts'
import type { Timeline } from './timeline.ts'

export interface Spent {
  readonly bad: number
  readonly total: number
  /** Minutes of total outage that would have cost the same. */
  readonly minutes: number
  /** What the budget has for the whole period. */
  readonly ofMinutes: number
}

export interface SliWatch {
  /** Reads the counters, and tells what they show. */
  look(nowMs: number, isBroken: boolean): Promise<void>
  spent(nowMs: number): Spent | undefined
}

const noSli: SliWatch = { look: async () => {}, spent: () => undefined }

const percent = (ratio: number): string => `${(ratio * 100).toFixed(ratio < 0.1 ? 2 : 0)} %`

/** Read before anything is broken. */
export async function openSliWatch(
  prometheus: PrometheusApi,
  { sli }: Scenario,
  nowMs: number,
): Promise<(timeline: Timeline, startMs: number, traceUrl: (traceId: string) => string) => SliWatch> {
  const objective = sli && (await readObjective(prometheus, sli))
  if (!sli || !objective) return () => noSli
  const meter = new EventMeter()
  meter.add(nowMs, await readCounts(prometheus, sli, objective))
  return (timeline, startMs, traceUrl) => followSli({ prometheus, sli, objective, meter, timeline, startMs, traceUrl })
}

interface Parts {
  readonly prometheus: PrometheusApi
  readonly sli: NonNullable<Scenario['sli']>
  readonly objective: Objective
  readonly meter: EventMeter
  readonly timeline: Timeline
  readonly startMs: number
  readonly traceUrl: (traceId: string) => string
}

function followSli({ prometheus, sli, objective, meter, timeline, startMs, traceUrl }: Parts): SliWatch {
  let turned = false
  let exampleShown = false

  return {
    async look(nowMs, isBroken) {
      meter.add(nowMs, await readCounts(prometheus, sli, objective))
      const { bad, total } = meter.since(Math.max(startMs, nowMs - 30_000))
      if (!turned && isBroken && bad >= 2 && bad > total * objective.pageFactor * objective.budgetRatio) {
        turned = true
        const counted = `${Math.round(bad)} of ${Math.round(total)} bad, ${percent(objective.budgetRatio)} allowed`
        timeline.add('SLI turned', nowMs, `${sli.journey}: ${counted}`)
      }
      if (!turned || exampleShown || sli.slo !== 'availability') return
      const [traceId] = await prometheus.listExemplars(failedDurations(sli), startMs)
      if (!traceId) return
      exampleShown = true
      timeline.add('example', nowMs, traceUrl(traceId))
    },

    spent(nowMs) {
      const { bad, total } = meter.since(startMs)
      return {
        bad,
        total,
        minutes: total > 0 ? (bad / total) * ((nowMs - startMs) / 60_000) : 0,
        ofMinutes: (objective.periodSeconds * objective.budgetRatio) / 60,
      }
    },
  }
}
