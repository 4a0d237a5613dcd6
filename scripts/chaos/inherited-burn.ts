// What had burnt before: tiers whose long window was over its factor when the scenario began. Their alerts may still start, when
// their short window has seen enough, and are nobody's news.
import { series } from '../slo/names.ts'
import { tierNames } from '../slo/windows.ts'
import type { InheritedBurn } from './judge-alert.ts'
import type { PrometheusApi } from './prometheus-api.ts'
import type { Scenario } from './scenario.ts'

const alertOfTier: Readonly<Record<(typeof tierNames)[number], string>> = {
  fast: 'JourneyBurnsFast',
  slow: 'JourneyBurnsSlowly',
  steady: 'JourneyBurnsSteadily',
  trickle: 'JourneyBurnsTrickle',
}

export async function readInheritedBurn(prometheus: PrometheusApi): Promise<InheritedBurn[]> {
  const burning = await prometheus.query(
    `max by (cuj_name, slo, tier) (${series.legBurnRate}{leg="long"} > on (tier) group_left () max by (tier) (${series.tierFactor}))`,
  )
  return burning.flatMap(({ labels: { cuj_name, slo, tier } }) => {
    const known = tierNames.find(name => name === tier)
    // A page is never inherited: the steady state is one without pages.
    if (!known || known === 'fast' || cuj_name === undefined || slo === undefined) return []
    return [{ alertname: alertOfTier[known], journey: cuj_name, slo }]
  })
}

/** From this share of its factor on, a page comes so early that its time proves nothing. */
const nearlyBurning = 0.5

/** Promised pages that the long window has all but earned already, in sentences. */
export async function findEarlyPages(prometheus: PrometheusApi, { mustFire }: Scenario): Promise<string[]> {
  const fast = `${series.legBurnRate}{tier="fast", leg="long"}`
  const near = await prometheus.query(
    `max by (cuj_name, slo) (${fast}) > ${nearlyBurning} * scalar(max(${series.tierFactor}{tier="fast"}))`,
  )
  return near.flatMap(({ labels: { cuj_name, slo }, value }) => {
    const promised = mustFire.some(
      ({ labels, pace }) => 'badRatio' in pace && labels.cuj_name === cuj_name && labels.slo === slo,
    )
    if (!promised) return []
    const burn = `${cuj_name} (${slo}) has burnt ${value.toFixed(1)} times too fast over the long window already`
    return [`${burn}: its page comes early.`]
  })
}
