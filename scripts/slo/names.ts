// Every series and label that the SLO rules write or read, in one place for the compiler, the dashboards, the console and
// the tests. The slo:… names are Sloth's (https://sloth.dev), so that people find what they know.

/** Upper bounds of the collector's duration histogram, in milliseconds (collector/config.yaml, span_metrics). */
export const durationBucketsMs: readonly number[] = [10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000]

export const sloKinds = ['availability', 'latency', 'freshness', 'payment'] as const
export type SloKind = (typeof sloKinds)[number]

/** What counts as an event: spans named cuj.<cuj_name>, nothing else; late.<cuj_name> does not. */
const journeySpans = 'span_name=~"cuj\\\\..+", cuj_name!=""'

/** Raw series of the collector's span metrics. */
export const spans = {
  all: `techmart_calls_total{${journeySpans}}`,
  failed: `techmart_calls_total{${journeySpans}, status_code="STATUS_CODE_ERROR"}`,
  /** Latency looks at events that did not fail: a quick failure is no quick success. */
  timed: `techmart_duration_milliseconds_count{${journeySpans}, status_code!="STATUS_CODE_ERROR"}`,
  timedUnder: (bounds: string) =>
    `techmart_duration_milliseconds_bucket{${journeySpans}, status_code!="STATUS_CODE_ERROR", le=~"${bounds}"}`,
} as const

/** Written by the rules, with labels cuj_name and slo. */
export const series = {
  objective: 'slo:objective:ratio',
  errorBudget: 'slo:error_budget:ratio',
  latencyThreshold: 'slo:latency_threshold:milliseconds',
  total: (window: string) => `slo:sli_total:increase${window}`,
  bad: (window: string) => `slo:sli_bad:increase${window}`,
  errorRatio: (window: string) => `slo:sli_error:ratio_rate${window}`,
  /** Events since the previous sample of the same series: windows of days are sums of these. */
  totalCount: 'slo:sli_total:count',
  badCount: 'slo:sli_bad:count',
  currentBurnRate: 'slo:current_burn_rate:ratio',
  periodBurnRate: 'slo:period_burn_rate:ratio',
  budgetRemaining: 'slo:period_error_budget_remaining:ratio',
  period: 'slo:period:seconds',
  /** The same at every speed, with labels tier (fast, slow, steady, trickle) and leg (short, long). */
  legBurnRate: 'slo:leg_burn_rate:ratio',
  legBad: 'slo:leg_bad:count',
  legTotal: 'slo:leg_total:count',
  legWindow: 'slo:leg_window:seconds',
  legGuard: 'slo:leg_guard:count',
  tierFactor: 'slo:tier_factor:ratio',
  /** There, with the short leg's error ratio, while a tier burns fast enough and a guard keeps it quiet. */
  tierHeldBack: 'slo:tier_held_back:ratio',
} as const
