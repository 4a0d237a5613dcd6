// The whole past that the lab starts with: the journeys of the traffic mix, and every promise (journey and SLO) with its two
// running counts, all events and the bad ones. No I/O: the same settings and the same end give the same past.

import { durationBucketsMs, type SloKind } from '../slo/names.ts'
import type { JourneyObjectives, Objectives } from '../slo/objectives.ts'
import { toDuration } from '../slo/spec-reader.ts'
import type { Speed } from '../slo/windows.ts'
import { countryWeights, journeyShares } from '../traffic/mix.js'
import { makeChances } from './chance.ts'
import { buildIncidents, type Incident, isDuring } from './incidents.ts'
import { type JourneyPast, makeJourneyPast } from './past-journey.ts'
import { makePaymentSeries, type PaymentSeries, sumOf } from './payments-past.ts'
import { buildGrid, type TimeGrid } from './time-grid.ts'

export interface HistoryPlan {
  readonly objectives: Objectives
  readonly speed: Speed
  /** Requests a second of the shoppers, in all. */
  readonly requestsPerSecond: number
  /** Another mix than the shoppers'. */
  readonly shares?: Readonly<Record<string, number>>
  /** Where the past ends and real samples begin, in whole seconds since 1970. */
  readonly end: number
}

export interface Promised {
  readonly journey: string
  readonly slo: SloKind
  /** As its author wrote it. */
  readonly objective: string
  readonly total: Float64Array
  readonly bad: Float64Array
}

export interface Past {
  readonly grid: TimeGrid
  readonly incidents: readonly Incident[]
  readonly journeys: readonly (JourneyPast & { readonly objectives: JourneyObjectives })[]
  readonly promises: readonly Promised[]
  readonly payments: readonly PaymentSeries[]
  /** The gauge behind the freshness of a journey, by its name. */
  readonly freshnessGauges: ReadonlyMap<string, string>
}

/** The work that an upload leaves to be done is a journey of its own, with no request of its own in the mix. */
const followUps: Readonly<Record<string, string>> = { 'product-upload': 'product-upload-job' }

/** Events a second of each journey at the even pace. */
export function buildPaces(
  requestsPerSecond: number,
  shares: Readonly<Record<string, number>> = journeyShares,
): Map<string, number> {
  const all = Object.values(shares).reduce((sum, share) => sum + share, 0)
  const paces = new Map<string, number>()
  for (const [name, share] of Object.entries(shares)) {
    const perSecond = (requestsPerSecond * share) / all
    paces.set(name, perSecond)
    const followUp = followUps[name]
    if (followUp) paces.set(followUp, perSecond)
  }
  return paces
}

export function makePast({ objectives, speed, requestsPerSecond, shares, end }: HistoryPlan): Past {
  const period = speed.period.seconds
  const grid = buildGrid(end, period, countSecondsOf(speed))
  const incidents = buildIncidents(end, period)
  const journeys = [...buildPaces(requestsPerSecond, shares)].map(([name, perSecond]) => {
    const own = objectives.journeys.find(journey => journey.name === name) ?? { name, ...objectives.defaults }
    const plan = {
      name,
      perSecond,
      availability: Number(own.availability),
      latency: Number(own.latency.objective),
      thresholdMs: own.latency.thresholdMs,
      pays: own.payment !== undefined,
    }
    return { ...makeJourneyPast(plan, grid, incidents, period), objectives: own }
  })
  const paying = journeys.find(journey => journey.objectives.payment)
  const payments = paying ? makePaymentSeries(paying, countryWeights) : []
  return {
    grid,
    incidents,
    journeys,
    payments,
    promises: journeys.flatMap(journey => promisesOf(journey, payments, grid, incidents)),
    freshnessGauges: new Map(
      journeys.flatMap(({ name, objectives: { freshness } }) => (freshness ? [[name, freshness.gauge] as const] : [])),
    ),
  }
}

/** How often the rules record a count: once in the shortest window. */
export function countSecondsOf(speed: Speed): number {
  const [fast] = speed.tiers
  if (!fast) throw new Error(`The speed ${speed.name} has no tiers.`)
  return fast.short.window.seconds
}

function promisesOf(
  journey: Past['journeys'][number],
  payments: readonly PaymentSeries[],
  grid: TimeGrid,
  incidents: readonly Incident[],
): Promised[] {
  const { name, objectives, all, failed, within } = journey
  const underThreshold = within[durationBucketsMs.indexOf(objectives.latency.thresholdMs)]
  if (!underThreshold) throw new Error(`No bucket of the span metrics ends at ${objectives.latency.thresholdMs} ms.`)
  const timed = all.map((count, at) => count - (failed[at] ?? 0))
  const promises: Promised[] = [
    { journey: name, slo: 'availability', objective: objectives.availability, total: all, bad: failed },
    {
      journey: name,
      slo: 'latency',
      objective: objectives.latency.objective,
      total: timed,
      bad: timed.map((count, at) => count - (underThreshold[at] ?? 0)),
    },
  ]
  if (objectives.payment) {
    const unanswered = payments.filter(({ outcome }) => outcome === 'failed' || outcome === 'circuit_open')
    const { objective } = objectives.payment
    const [total, bad] = [sumOf(payments, all.length), sumOf(unanswered, all.length)]
    promises.push({ journey: name, slo: 'payment', objective, total, bad })
  }
  if (objectives.freshness) {
    const { objective, every } = objectives.freshness
    const everySeconds = toDuration(every)?.seconds ?? 15
    promises.push({ journey: name, slo: 'freshness', objective, ...countChecks(name, everySeconds, grid, incidents) })
  }
  return promises
}

/** Checks of a gauge. Now and then some work waited too long; not on the last day, of which the gauge itself is there. */
function countChecks(name: string, everySeconds: number, grid: TimeGrid, incidents: readonly Incident[]) {
  const chances = makeChances(`${name} freshness`)
  const total = grid.times.map(time => (time - grid.start) / everySeconds)
  const bad = new Float64Array(total.length)
  for (let at = 1; at < bad.length; at += 1) {
    const time = grid.times[at] ?? 0
    const checks = (total[at] ?? 0) - (total[at - 1] ?? 0)
    const wasSlow = incidents.some(incident => incident.cause === 'slow-database' && isDuring(incident, time))
    const share = grid.end - time < 86_400 ? 0 : wasSlow ? 0.15 : 0.0012
    // Three checks in a row, 45 seconds, or all of them.
    const spell = Math.min(3, checks)
    bad[at] = (bad[at - 1] ?? 0) + (chances(at) < (share * checks) / spell ? spell : 0)
  }
  return { total, bad }
}
