// A journey's good and bad events, straight from the raw counters: the recorded windows of minutes would show a fault late.
import { series, spans } from '../slo/names.ts'
import type { PrometheusApi } from './prometheus-api.ts'
import type { Scenario } from './scenario.ts'

export interface Counts {
  readonly bad: number
  readonly total: number
}

export interface Objective {
  /** Share of events that may be bad: 0.001. */
  readonly budgetRatio: number
  readonly periodSeconds: number
  readonly thresholdMs: number
  /** How many times faster than allowed the budget must burn for a page, and over how long. */
  readonly pageFactor: number
  readonly pageWindowSeconds: number
}

type Sli = NonNullable<Scenario['sli']>

const only = ({ journey }: Sli, expression: string): string => expression.replace('{', `{cuj_name="${journey}", `)

async function readOne(prometheus: PrometheusApi, expression: string): Promise<number | undefined> {
  return (await prometheus.query(expression))[0]?.value
}

/** The objective as the rules have it; undefined for a journey that has had no event yet. */
export async function readObjective(prometheus: PrometheusApi, sli: Sli): Promise<Objective | undefined> {
  const matchers = `{cuj_name="${sli.journey}", slo="${sli.slo}"}`
  const [budgetRatio, periodSeconds, thresholdMs, pageFactor, pageWindowSeconds] = await Promise.all([
    readOne(prometheus, `${series.errorBudget}${matchers}`),
    readOne(prometheus, `max(${series.period})`),
    readOne(prometheus, `max(${series.latencyThreshold}{cuj_name="${sli.journey}"})`),
    readOne(prometheus, `max(${series.tierFactor}{tier="fast"})`),
    readOne(prometheus, `max(${series.legWindow}{tier="fast", leg="long"})`),
  ])
  if (budgetRatio === undefined) return undefined
  return {
    budgetRatio,
    periodSeconds: periodSeconds ?? 2_592_000,
    thresholdMs: thresholdMs ?? 1000,
    pageFactor: pageFactor ?? 14.4,
    pageWindowSeconds: pageWindowSeconds ?? 3600,
  }
}

/** 2,592,000 s at `real`: what tells the speeds apart. */
export async function readPeriodSeconds(prometheus: PrometheusApi): Promise<number> {
  const seconds = await readOne(prometheus, `max(${series.period})`)
  if (seconds === undefined)
    throw new Error('Prometheus has no SLO rules yet; they are there some seconds after its start.')
  return seconds
}

/** Events a second of each journey, in the last minute. */
export async function readPace(prometheus: PrometheusApi): Promise<ReadonlyMap<string, number>> {
  const samples = await prometheus.query(`sum by (cuj_name) (rate(${spans.all}[1m]))`)
  return new Map(samples.map(({ labels, value }) => [labels.cuj_name ?? '', value]))
}

/** Events since the counters began. */
export async function readCounts(prometheus: PrometheusApi, sli: Sli, { thresholdMs }: Objective): Promise<Counts> {
  if (sli.slo === 'availability') {
    const [total, bad] = await Promise.all([
      readOne(prometheus, `sum(${only(sli, spans.all)})`),
      readOne(prometheus, `sum(${only(sli, spans.failed)})`),
    ])
    return { bad: bad ?? 0, total: total ?? 0 }
  }
  const [total, good] = await Promise.all([
    readOne(prometheus, `sum(${only(sli, spans.timed)})`),
    readOne(prometheus, `sum(${only(sli, spans.timedUnder(`${thresholdMs}(\\\\.0)?`))})`),
  ])
  return { bad: Math.max(0, (total ?? 0) - (good ?? 0)), total: total ?? 0 }
}

/** Failed events as a histogram: the collector hangs exemplars there. */
export const failedDurations = (sli: Sli): string =>
  only(sli, spans.failed).replace('techmart_calls_total', 'techmart_duration_milliseconds_bucket')

/** Adds up what counters gain from reading to reading; a counter that fell has begun anew, and what it shows is its gain. */
export class EventMeter {
  readonly #readings: { atMs: number; bad: number; total: number }[] = []
  #last: Counts | undefined

  add(atMs: number, now: Counts): void {
    const gained = (current: number, before: number) => (current < before ? current : current - before)
    const before = this.#readings.at(-1)
    this.#readings.push({
      atMs,
      bad: (before?.bad ?? 0) + (this.#last ? gained(now.bad, this.#last.bad) : 0),
      total: (before?.total ?? 0) + (this.#last ? gained(now.total, this.#last.total) : 0),
    })
    this.#last = now
  }

  /** Gained since a moment. */
  since(atMs: number): Counts {
    const from = this.#readings.findLast(reading => reading.atMs <= atMs) ?? this.#readings[0]
    const to = this.#readings.at(-1)
    if (!from || !to) return { bad: 0, total: 0 }
    return { bad: to.bad - from.bad, total: to.total - from.total }
  }
}
