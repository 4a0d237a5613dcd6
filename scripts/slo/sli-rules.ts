// How many events there were and how many were bad, in one window, for all journeys at once; and the share of bad ones.
// No errors is 0; no traffic is no sample (a stored NaN would poison every longer window).
import { series, spans } from './names.ts'
import type { Objectives } from './objectives.ts'
import type { RecordingRule } from './rule.ts'

/** Sums over the journey alone: a failure may be counted by the gateway while the successes come from the service. */
const perJourney = (counter: string, window: string): string => `sum by (cuj_name) (increase(${counter}[${window}]))`

function availabilityRules(window: string): RecordingRule[] {
  const total = series.total(window)
  return [
    { record: total, expr: perJourney(spans.all, window), labels: { slo: 'availability' } },
    {
      record: series.bad(window),
      expr: `${perJourney(spans.failed, window)}
or on (cuj_name)
0 * ${total}{slo="availability"}`,
      labels: { slo: 'availability' },
    },
  ]
}

/** The bounds that any objective uses, in both spellings: pushed by OTLP le="1000", scraped le="1000.0". */
function boundsPattern(objectives: Objectives): string {
  const used = [objectives.defaults.latency, ...objectives.journeys.map(journey => journey.latency)]
  const bounds = [...new Set(used.map(latency => latency.thresholdMs))].sort((a, b) => a - b)
  return `(${bounds.join('|')})(\\\\.0)?`
}

function latencyRules(objectives: Objectives, window: string): RecordingRule[] {
  const total = series.total(window)
  const { latencyThreshold } = series
  return [
    { record: total, expr: perJourney(spans.timed, window), labels: { slo: 'latency' } },
    {
      record: series.bad(window),
      expr: `clamp_min(
  ${total}{slo="latency"}
  - on (cuj_name)
  sum by (cuj_name) (
    increase(${spans.timedUnder(boundsPattern(objectives))}[${window}])
    and on (cuj_name, le)
    (${latencyThreshold} or label_replace(${latencyThreshold}, "le", "$1.0", "le", "(.+)"))
  ),
  0
)`,
      labels: { slo: 'latency' },
    },
  ]
}

/** Here an event is a check of a gauge; a check that finds nothing to measure is no event. */
function freshnessRules(objectives: Objectives, window: string): RecordingRule[] {
  return objectives.journeys.flatMap(({ name, freshness }): RecordingRule[] => {
    if (!freshness) return []
    const labels = { cuj_name: name, slo: 'freshness' }
    const { gauge, limitSeconds, every } = freshness
    return [
      { record: series.total(window), expr: `count_over_time(max(${gauge})[${window}:${every}])`, labels },
      {
        record: series.bad(window),
        expr: `sum_over_time((max(${gauge}) > bool ${limitSeconds})[${window}:${every}])`,
        labels,
      },
    ]
  })
}

/** Counted by the service that pays, and scraped: it exports every series from its first second on. */
function paymentRules(objectives: Objectives, window: string): RecordingRule[] {
  return objectives.journeys.flatMap(({ name, payment }): RecordingRule[] => {
    if (!payment) return []
    const labels = { cuj_name: name, slo: 'payment' }
    return [
      { record: series.total(window), expr: `sum(increase(${payment.attempts}[${window}]))`, labels },
      { record: series.bad(window), expr: `sum(increase(${payment.unanswered}[${window}]))`, labels },
    ]
  })
}

const ratioRule = (window: string): RecordingRule => ({
  record: series.errorRatio(window),
  expr: `${series.bad(window)} / (${series.total(window)} > 0)`,
})

/** From every raw sample: exact, and affordable up to some hours. */
export function buildRawWindowRules(objectives: Objectives, window: string): RecordingRule[] {
  return [
    ...availabilityRules(window),
    ...latencyRules(objectives, window),
    ...freshnessRules(objectives, window),
    ...paymentRules(objectives, window),
    ratioRule(window),
  ]
}

/** From the recorded counts: a sum of counts, never an average of ratios. */
export function buildCountedWindowRules(window: string): RecordingRule[] {
  return [
    { record: series.total(window), expr: `sum_over_time(${series.totalCount}[${window}])` },
    { record: series.bad(window), expr: `sum_over_time(${series.badCount}[${window}])` },
    ratioRule(window),
  ]
}

/** Evaluated exactly once a `window`, so that the counts tile time: each event is in one of them. */
export function buildCountRules(window: string): RecordingRule[] {
  return [
    { record: series.totalCount, expr: series.total(window) },
    { record: series.badCount, expr: series.bad(window) },
  ]
}
