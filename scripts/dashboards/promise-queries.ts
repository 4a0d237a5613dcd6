// What several dashboards ask of a promise. Objectives, thresholds and factors are read from the series that the rules record, so
// that they stand in prometheus/slo alone; windows are named by tier and leg, so that the queries are right at both speeds.
import { series } from '../slo/names.ts'
import type { Step } from './panels.ts'

/** 1 is the definition of a burn: at 1 the budget lasts exactly its period. */
export const burnSteps: readonly Step[] = [
  [null, 'green'],
  [1, 'orange'],
]

export const legOf = (tier: 'fast' | 'slow', leg: 'short' | 'long', labels: string): string =>
  `{tier="${tier}", leg="${leg}", ${labels}}`

export const perPromise = (expr: string): string => `max by (cuj_name, slo) (${expr})`

/** Declared journeys that never had an event have an objective and nothing else: they are not shown. */
export const withEvents = (expr: string): string => `${expr} and on (cuj_name, slo) ${series.legTotal}{tier="fast"}`

/**
 * The period's budget is recorded from counts of five minutes. A stack that is younger than the first of them has all its events
 * in the fast alert's long window, which then says the same.
 */
export const budgetLeft = (labels: string): string =>
  `(${series.budgetRemaining}{${labels}} or on (cuj_name, slo) 1 - ${series.legBurnRate}${legOf('fast', 'long', labels)})`

/** The share of good events in one window of the fast alert; no sample where there was no event. */
export const success = (leg: 'short' | 'long', labels: string): string =>
  `1 - ${series.legBad}${legOf('fast', leg, labels)} / (${series.legTotal}${legOf('fast', leg, labels)} > 0)`

const timedSpans = (labels: string): string =>
  `techmart_duration_milliseconds_bucket{span_name=~"cuj\\\\..+", status_code!="STATUS_CODE_ERROR", ${labels}}`

/** Milliseconds within which this share of the events ended that did not fail. */
export const within = (share: number, labels: string, by = 'le'): string =>
  `histogram_quantile(${share}, sum by (${by}) (rate(${timedSpans(labels)}[$__rate_interval])))`

export const budgetWords = 'Good is above 50 %; below 0 the promise is broken.'
