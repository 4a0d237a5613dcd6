// The multi-window, multi-burn-rate alert of one tier. Both legs must burn faster than the factor: the long one says that it
// matters, the short one that it still goes on. Guards count events, not age, so that few errors never speak.
import { asCount, bySlo, journeyDashboardUrl, journeyQueryUrl, journeyValue, runbookUrl, SELF } from './annotations.ts'
import { series } from './names.ts'
import type { AlertingRule, RecordingRule } from './rule.ts'
import { toDuration } from './spec-reader.ts'
import type { Leg, Speed, Tier } from './windows.ts'

const burnsFasterThan = (factor: number, { window }: Leg): string =>
  `${series.errorRatio(window.text)} > on (cuj_name, slo) ${factor} * ${series.errorBudget}`

const holdsEvents = ({ window, badEvents }: Leg): string => `${series.bad(window.text)} >= ${badEvents}`

/** Ten samples, a tenth of the short window apart: the tier has seen as much as its short window. */
function hasHistory({ short, long }: Tier): string {
  const step = toDuration(`${short.window.seconds / 10}s`)
  if (!step) throw new Error(`A tenth of ${short.window.text} is no whole number of seconds.`)
  return `count_over_time(${series.total(short.window.text)}[${long.window.text}:${step.text}]) >= 10`
}

const allOf = (conditions: readonly string[]): string => conditions.join('\nand on (cuj_name, slo)\n')

const burning = (tier: Tier): string[] => [
  burnsFasterThan(tier.factor, tier.short),
  burnsFasterThan(tier.factor, tier.long),
]

const guards = (tier: Tier): string[] => [
  holdsEvents(tier.short),
  holdsEvents(tier.long),
  ...(tier.waitsForHistory ? [hasHistory(tier)] : []),
]

/** Burns fast enough to speak, and only a guard keeps it quiet: so that silence can be told from health. */
export const buildHeldBackRule = (tier: Tier): RecordingRule => ({
  record: series.tierHeldBack,
  expr: `(
${indented(allOf(burning(tier)))}
)
unless on (cuj_name, slo)
(
${indented(allOf(guards(tier)))}
)`,
  labels: { tier: tier.name },
})

const indented = (text: string): string => text.replace(/^/gm, '  ')

/** '312 of 5,200 in the last 1h'. */
const badOfTotal = ({ window }: Leg): string =>
  `${journeyValue(series.bad(window.text) + SELF, asCount)} of ` +
  `${journeyValue(series.total(window.text) + SELF, asCount)} in the last ${window.text}`

const burnRate = ({ window }: Leg): string =>
  journeyValue(`${series.errorRatio(window.text)}${SELF} / ${series.errorBudget}`, 'printf "%.1f"')

function buildDescription(tier: Tier, speed: Speed): string {
  const what = bySlo({
    availability: 'Failed',
    latency: `Slower than ${journeyValue(series.latencyThreshold + SELF, asCount, ['cuj_name'])} ms`,
    freshness: 'Checks that found work lying too long',
    payment: 'Charges that nobody answered',
  })
  const pace = journeyValue(
    `${speed.period.seconds} / (${series.errorRatio(tier.short.window.text)}${SELF} / ${series.errorBudget})`,
    'humanizeDuration',
  )
  return (
    `${what}: ${badOfTotal(tier.long)}, ${badOfTotal(tier.short)}. ` +
    `At the pace of the last ${tier.short.window.text} the whole error budget of ${speed.period.text} lasts ${pace}.`
  )
}

export function buildBurnAlert(tier: Tier, speed: Speed): AlertingRule {
  const verdict = bySlo({
    availability: 'fails for customers',
    latency: 'is too slow for customers',
    freshness: 'keeps customers waiting',
    payment: 'cannot take payments from customers',
  })
  return {
    comment:
      `${tier.budgetSharePercent} % of the ${speed.period.text} budget within ${tier.long.window.text}: ` +
      `${tier.factor} = ${tier.budgetSharePercent} % × ${speed.period.text} ÷ ${tier.long.window.text}.`,
    alert: tier.alert,
    expr: allOf([...burning(tier), ...guards(tier)]),
    labels: { severity: tier.severity, burn: tier.burn },
    annotations: {
      summary:
        `{{ $labels.cuj_name }} ${verdict}: its error budget burns ${burnRate(tier.short)} times ` +
        `faster than allowed (this alert speaks from ${tier.factor} on)`,
      description: buildDescription(tier, speed),
      runbook_url: runbookUrl(tier.alert),
      dashboard_url: journeyDashboardUrl(),
      query_url: journeyQueryUrl(series.errorRatio(tier.short.window.text) + SELF),
    },
  }
}
