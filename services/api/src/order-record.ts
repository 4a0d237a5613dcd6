// An order as the checkout works on it, and what the outside may see of it.
import type { Order, OrderState } from '@techmart/contracts/order-routes'
import type { Country, Segment } from '@techmart/contracts/shop'

export interface OrderRecord {
  readonly id: string
  readonly state: OrderState
  readonly bodyHash: string
  readonly email: string
  readonly country: Country
  readonly segment: Segment
  readonly items: Order['items']
  readonly shippingCents: number
  readonly totalCents: number
  readonly history: Order['history']
  readonly refusal: OrderRefusal | undefined
  readonly createdAt: Date
  /** Whose turn it is: a step is written only under the attempt it began with. */
  readonly attempt: number
  readonly traceContext: Readonly<Record<string, string>>
}

/** An expected end without a sale. It is kept with the order, so that a repeated request gets the very same answer. */
export type OrderRefusal =
  | { readonly kind: 'out-of-stock'; readonly itemIndex: number; readonly available: number }
  | { readonly kind: 'declined'; readonly reason: string }

export const isFinished = (order: OrderRecord): boolean => order.state === 'confirmed' || order.state === 'cancelled'

/** Without e-mail address, hash and bookkeeping. */
export const toOrder = (record: OrderRecord): Order => ({
  id: record.id,
  state: record.state,
  country: record.country,
  segment: record.segment,
  items: [...record.items],
  shippingCents: record.shippingCents,
  totalCents: record.totalCents,
  createdAt: record.createdAt.toISOString(),
  history: [...record.history],
})
