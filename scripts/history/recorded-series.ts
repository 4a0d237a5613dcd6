// What the SLO rules would have recorded, worked out the way they do it: windows up to some hours from the running counts, longer
// ones from whole recorded counts. The rules themselves go on from here.
import { series } from '../slo/names.ts'
import type { Speed, Tier } from '../slo/windows.ts'
import { countSecondsOf, type Past, type Promised } from './past.ts'
import { type HistorySeries, type Labels, toSeriesText } from './series.ts'
import type { Stretch } from './time-grid.ts'

interface Window {
  readonly text: string
  readonly seconds: number
}

/** When recorded series have samples. */
export interface RecordedStretches {
  /** Counts, which must tile time: one a count's own length, no more and no less. */
  readonly counts: readonly Stretch[]
  /** What dashboards draw over the whole time. */
  readonly drawn: readonly Stretch[]
  /** Everything else. */
  readonly recent: readonly Stretch[]
  /** Events in the short window of a tier, which its alert wants to have seen over its long one. */
  readonly guards: ReadonlyMap<Tier['name'], readonly Stretch[]>
}

/** Events and bad events of one promise in a window that ends at a time, as the rules count them. */
export function makeIncrease(past: Past, speed: Speed): (counts: Float64Array, window: Window, time: number) => number {
  const { grid } = past
  const countSeconds = countSecondsOf(speed)
  return (counts, { seconds }, time) => {
    const counted = seconds > speed.countsBeyond.seconds
    const until = counted ? grid.end - Math.ceil((grid.end - time) / countSeconds) * countSeconds : time
    return grid.valueAt(counts, until) - grid.valueAt(counts, until - seconds)
  }
}

export function buildRecordedSeries(past: Past, speed: Speed, stretches: RecordedStretches): HistorySeries[] {
  const constant = (name: string, labels: Labels, value: number, when = stretches.drawn): HistorySeries => ({
    series: toSeriesText(name, labels),
    stretches: when,
    valueAt: () => value,
  })
  return [
    ...past.promises.flatMap(promised => buildPromise(promised, past, speed, stretches)),
    ...past.journeys.map(({ name, objectives }) =>
      constant(
        series.latencyThreshold,
        { cuj_name: name, le: objectives.latency.thresholdMs },
        objectives.latency.thresholdMs,
      ),
    ),
    constant(series.period, {}, speed.period.seconds, stretches.recent),
    ...speed.tiers.map(({ name, severity, alert, factor }) =>
      constant(series.tierFactor, { alert, severity, tier: name }, factor),
    ),
  ]
}

const reachOf = (stretches: readonly Stretch[]): number => stretches[0]?.from ?? 0

function buildPromise(promised: Promised, past: Past, speed: Speed, stretches: RecordedStretches): HistorySeries[] {
  const { counts, drawn, recent, guards } = stretches
  const labels = { cuj_name: promised.journey, slo: promised.slo }
  const increase = makeIncrease(past, speed)
  const budget = 1 - Number(promised.objective)
  const total = (window: Window) => (time: number) => increase(promised.total, window, time)
  const bad = (window: Window) => (time: number) => increase(promised.bad, window, time)
  const ratio = (window: Window) => (time: number) => {
    const events = total(window)(time)
    return events > 0 ? bad(window)(time) / events : undefined
  }
  const burn = (window: Window) => (time: number) => {
    const share = ratio(window)(time)
    return share === undefined ? undefined : share / budget
  }
  const left = (time: number) => {
    const spent = burn(speed.period)(time)
    return spent === undefined ? undefined : 1 - spent
  }
  const one = (name: string, when: readonly Stretch[], valueAt: HistorySeries['valueAt'], more: Labels = {}) => ({
    series: toSeriesText(name, { ...labels, ...more }),
    stretches: when,
    valueAt,
  })

  const [fast] = speed.tiers
  if (!fast) return []
  const legs = speed.tiers.flatMap(tier => [tier.short, tier.long].map(leg => ({ tier, leg })))
  const windows = new Map([...legs.map(({ leg }) => leg.window), speed.period].map(window => [window.text, window]))
  return [
    one(series.totalCount, counts, total(fast.short.window)),
    one(series.badCount, counts, bad(fast.short.window)),
    one(series.objective, drawn, () => Number(promised.objective)),
    one(series.errorBudget, drawn, () => budget),
    one(series.currentBurnRate, drawn, burn(fast.short.window)),
    one(series.periodBurnRate, drawn, burn(speed.period)),
    one(series.budgetRemaining, drawn, left),
    ...legs.flatMap(({ tier, leg: { leg, window } }) => {
      const more = { leg, tier: tier.name }
      return [
        // Hours are looked at over the month; days hardly differ from what the budget shows.
        one(series.legBurnRate, window.seconds > speed.countsBeyond.seconds ? recent : drawn, burn(window), more),
        one(series.legBad, recent, bad(window), more),
        one(series.legTotal, recent, total(window), more),
      ]
    }),
    ...[...windows.values()].flatMap(window => {
      const waited = legs.flatMap(({ tier, leg }) =>
        leg.leg === 'short' && leg.window.text === window.text ? [guards.get(tier.name) ?? []] : [],
      )
      const seen = [recent, ...waited].reduce((longest, when) => (reachOf(when) > reachOf(longest) ? when : longest))
      return [
        one(series.total(window.text), seen, total(window)),
        one(series.bad(window.text), recent, bad(window)),
        one(series.errorRatio(window.text), recent, ratio(window)),
      ]
    }),
  ]
}
