// What dashboards, console and chaos read of a tier: the same names at every speed, by tier and leg.
import { series } from './names.ts'
import type { RecordingRule } from './rule.ts'
import type { Speed, Tier } from './windows.ts'

export function buildLegRules(tier: Tier): RecordingRule[] {
  return [tier.short, tier.long].flatMap(({ leg, window }): RecordingRule[] => {
    const labels = { tier: tier.name, leg }
    return [
      {
        record: series.legBurnRate,
        expr: `${series.errorRatio(window.text)} / ${series.errorBudget}`,
        labels,
      },
      { record: series.legBad, expr: series.bad(window.text), labels },
      { record: series.legTotal, expr: series.total(window.text), labels },
    ]
  })
}

/** The numbers of windows.yml as series: nobody types them a second time. */
export function buildTierFacts(speed: Speed): RecordingRule[] {
  return [
    { record: series.period, expr: `vector(${speed.period.seconds})` },
    ...speed.tiers.flatMap(tier => [
      {
        record: series.tierFactor,
        expr: `vector(${tier.factor})`,
        labels: { tier: tier.name, severity: tier.severity, alert: tier.alert },
      },
      ...[tier.short, tier.long].flatMap(({ leg, window, badEvents }) => {
        const labels = { tier: tier.name, leg }
        return [
          { record: series.legWindow, expr: `vector(${window.seconds})`, labels: { ...labels, window: window.text } },
          { record: series.legGuard, expr: `vector(${badEvents})`, labels },
        ]
      }),
    ]),
  ]
}

/** Budget left of the period that ends now: 1 is untouched, 0 is spent, below 0 the promise is broken. */
export function buildBudgetRules(speed: Speed): RecordingRule[] {
  const ratio = series.errorRatio(speed.period.text)
  return [
    { record: series.periodBurnRate, expr: `${ratio} / ${series.errorBudget}` },
    { record: series.budgetRemaining, expr: `1 - ${series.periodBurnRate}` },
  ]
}
