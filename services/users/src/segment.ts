// What a customer's orders say of their habits. Pure: the same figures at the same moment give the same segment, for every
// customer and for ever.
import type { CustomerSegment } from '@techmart/contracts/user-routes'

export interface OrderHistory {
  readonly signedUpAt: Date
  readonly count: number
  readonly totalCents: number
  /** null where there was no order yet. */
  readonly lastAt: Date | null
}

const dayMs = 86_400_000

/** A quarter without an order is long for this shop, half a year is goodbye. */
export const atRiskAfterDays = 90
export const churnedAfterDays = 180
/** Either makes a customer one to look after. */
export const vipOrders = 8
export const vipTotalCents = 100_000
export const returningOrders = 2

/** Silence counts first: whoever has not been seen for long is at risk, however much they once bought. */
export function segmentOf(history: OrderHistory, now: Date): CustomerSegment {
  const quietDays = (now.getTime() - lastSeenAt(history)) / dayMs
  if (quietDays >= churnedAfterDays) return 'churned'
  if (quietDays >= atRiskAfterDays) return 'at_risk'
  if (history.count >= vipOrders || history.totalCents >= vipTotalCents) return 'vip'
  return history.count >= returningOrders ? 'returning' : 'new'
}

/** When time alone will make it another segment; null when it never will. */
export function segmentHoldsUntil(history: OrderHistory, now: Date): Date | null {
  const seenAt = lastSeenAt(history)
  const turns = [atRiskAfterDays, churnedAfterDays].map(days => new Date(seenAt + days * dayMs))
  return turns.find(turn => turn > now) ?? null
}

/** The history with one more order. Orders may be told of in any order. */
export const withOrder = (history: OrderHistory, order: { totalCents: number; placedAt: Date }): OrderHistory => ({
  signedUpAt: history.signedUpAt,
  count: history.count + 1,
  totalCents: history.totalCents + order.totalCents,
  lastAt: history.lastAt !== null && history.lastAt > order.placedAt ? history.lastAt : order.placedAt,
})

const lastSeenAt = ({ lastAt, signedUpAt }: OrderHistory): number => (lastAt ?? signedUpAt).getTime()
