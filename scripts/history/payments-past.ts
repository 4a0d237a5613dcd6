// What payments counted: charges by country and outcome. Worked out from checkout's past, so that the two tell one story.
import type { JourneyPast } from './past-journey.ts'

/** Checkouts that get as far as a charge; the others find an empty shelf. */
const reachesPayment = 0.97

/** Of the failures without a cause of their own, those that payments had a part in. */
const unexplainedAtPayment = 0.3

/** In the outage, the share of charges that were not even tried, the circuit being open. */
const notTried = 0.7

/** Declined cards: an answer, not a failure. Shares as the lab's payment provider has them. */
const declinedShares: Readonly<Record<string, number>> = { US: 0.05, JP: 0.09, IN: 0.11, BR: 0.12 }
const otherDeclinedShare = 0.06

export interface PaymentSeries {
  readonly country: string
  readonly outcome: 'charged' | 'declined' | 'failed' | 'circuit_open'
  readonly counts: Float64Array
}

/** `weights`: where customers live, by weight. Every series rises on its own: none is the difference of two others. */
export function makePaymentSeries(checkout: JourneyPast, weights: Readonly<Record<string, number>>): PaymentSeries[] {
  const all = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  const answered = checkout.all.map((count, at) => (count - (checkout.unpaid[at] ?? 0)) * reachesPayment)
  const unexplained = checkout.failed.map((count, at) => (count - (checkout.unpaid[at] ?? 0)) * unexplainedAtPayment)
  return Object.entries(weights).flatMap(([country, weight]): PaymentSeries[] => {
    const share = weight / all
    const declined = declinedShares[country] ?? otherDeclinedShare
    const count = (outcome: PaymentSeries['outcome'], of: (at: number) => number): PaymentSeries => ({
      country,
      outcome,
      counts: checkout.all.map((_unused, at) => Math.floor(of(at) * share)),
    })
    const unpaid = (at: number) => checkout.unpaid[at] ?? 0
    return [
      count('charged', at => (answered[at] ?? 0) * (1 - declined)),
      count('declined', at => (answered[at] ?? 0) * declined),
      count('failed', at => (unexplained[at] ?? 0) + unpaid(at) * (1 - notTried)),
      count('circuit_open', at => unpaid(at) * notTried),
    ]
  })
}

export function sumOf(series: readonly PaymentSeries[], length: number): Float64Array {
  const sum = new Float64Array(length)
  for (const { counts } of series) for (let at = 0; at < length; at += 1) sum[at] = (sum[at] ?? 0) + (counts[at] ?? 0)
  return sum
}
