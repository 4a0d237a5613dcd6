// One journey's past: how many events there had been at each moment of the grid, how many of them had failed, how many of the
// others had been slow. Everything else is worked out from these running counts.
import { durationBucketsMs } from '../slo/names.ts'
import { makeChances } from './chance.ts'
import { budgetLeftOfCheckout, type Incident, isDuring, slowDatabase } from './incidents.ts'
import { bucketShares, type LatencyShape, meanMs, medianOf } from './latency-shape.ts'
import type { TimeGrid } from './time-grid.ts'
import { levelAt } from './traffic-level.ts'

export interface JourneyPlan {
  readonly name: string
  /** Events a second at the even pace. */
  readonly perSecond: number
  readonly availability: number
  readonly latency: number
  readonly thresholdMs: number
  /** Its failures come from payments, and from nothing else that happened. */
  readonly pays: boolean
}

/** Running counts on the grid. */
export interface JourneyPast {
  readonly name: string
  readonly all: Float64Array
  readonly failed: Float64Array
  /** Failures whose cause was a charge that nobody answered. */
  readonly unpaid: Float64Array
  /** Of those that did not fail: within each bucket's bound, and their whole time in milliseconds. */
  readonly within: readonly Float64Array[]
  readonly durationSumMs: Float64Array
}

/** Share of the error budget that goes for no reason worth a name: from 6 to 30 %, each journey its own. */
export const dustShareOf = (journey: string): number => 0.06 + 0.24 * makeChances(`${journey} dust`)(0)

function countEvents(plan: JourneyPlan, grid: TimeGrid): Float64Array {
  const chances = makeChances(`${plan.name} events`)
  const all = new Float64Array(grid.times.length)
  let expected = 0
  for (let at = 1; at < all.length; at += 1) {
    const time = grid.times[at] ?? 0
    const seconds = time - (grid.times[at - 1] ?? 0)
    const wobble = 1 + 0.06 * (chances(at) - 0.5)
    expected += plan.perSecond * seconds * levelAt(time - seconds / 2, grid.end) * wobble
    all[at] = Math.floor(expected)
  }
  return all
}

/** Events of the last `period` seconds, and those of them that happened in the incident. */
function shareOf(incident: Incident, all: Float64Array, grid: TimeGrid, period: number): number {
  const inPeriod = grid.valueAt(all, grid.end) - grid.valueAt(all, grid.end - period)
  return (grid.valueAt(all, incident.to) - grid.valueAt(all, incident.from)) / inPeriod
}

export function makeJourneyPast(
  plan: JourneyPlan,
  grid: TimeGrid,
  incidents: readonly Incident[],
  period: number,
): JourneyPast {
  const all = countEvents(plan, grid)
  const failedChances = makeChances(`${plan.name} failed`)
  const latencyChances = makeChances(`${plan.name} latency`)
  const budget = 1 - plan.availability
  const dust = dustShareOf(plan.name) * budget
  const empty = () => new Float64Array(grid.times.length)
  const past = { name: plan.name, all, failed: empty(), unpaid: empty(), within: durationBucketsMs.map(empty) }
  const durationSumMs = empty()
  const expectedWithin = durationBucketsMs.map(() => 0)
  const slowShare = (0.1 + 0.25 * makeChances(`${plan.name} slow`)(0)) * (1 - plan.latency)
  const share = (incident: Incident): number => {
    if (incident.cause === 'slow-database') return slowDatabase.failedShare
    if (!plan.pays) return 0
    const wanted = (1 - budgetLeftOfCheckout) * budget - dust
    return Math.min(0.9, wanted / shareOf(incident, all, grid, period))
  }
  const failing = incidents.map(incident => ({ incident, share: share(incident) }))

  for (let at = 1; at < all.length; at += 1) {
    const time = grid.times[at] ?? 0
    const events = (all[at] ?? 0) - (all[at - 1] ?? 0)
    const now = failing.find(({ incident }) => isDuring(incident, time))
    const expectedFailed = events * (now ? now.share : dust)
    const failed = Math.min(events, Math.floor(expectedFailed + failedChances(at)))
    past.failed[at] = (past.failed[at - 1] ?? 0) + failed
    past.unpaid[at] = (past.unpaid[at - 1] ?? 0) + (now?.incident.cause === 'payments' ? failed : 0)

    const isSlow = now?.incident.cause === 'slow-database'
    const shape: LatencyShape = {
      medianMs: medianOf(plan.name) * (0.94 + 0.12 * latencyChances(at)) * (isSlow ? slowDatabase.medianFactor : 1),
      thresholdMs: plan.thresholdMs,
      slowShare: isSlow ? slowDatabase.slowShare : slowShare,
    }
    const timed = events - failed
    durationSumMs[at] = (durationSumMs[at - 1] ?? 0) + timed * meanMs(shape)
    for (const [bucket, within] of bucketShares(shape).entries()) {
      expectedWithin[bucket] = (expectedWithin[bucket] ?? 0) + timed * within
      const counts = past.within[bucket]
      // A little up, so that what should be a whole number is not rounded down from just below.
      if (counts) counts[at] = Math.floor((expectedWithin[bucket] ?? 0) + 1e-6)
    }
  }
  return { ...past, durationSumMs }
}
