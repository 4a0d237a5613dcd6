// An order as the checkout works on it, and what the outside may see of it.
import type { Order, OrderState } from '@techmart/contracts/order-routes'
import type { ShippingSource } from '@techmart/contracts/shipping-routes'
import type { Country, Segment } from '@techmart/contracts/shop'

export interface OrderRecord {
  readonly id: string
  readonly state: OrderState
  readonly bodyHash: string
  readonly email: string
  readonly country: Country
  readonly segment: Segment
  /** Undefined where nobody signed up with the address, or users could not say. */
  readonly customerName: string | undefined
  readonly items: Order['items']
  readonly promotion: TakenPromotion | undefined
  readonly shippingCents: number
  readonly shippingSource: ShippingSource
  readonly totalCents: number
  readonly history: Order['history']
  readonly refusal: OrderRefusal | undefined
  /** Its refund has been asked for, or is about to be: it ends cancelled. */
  readonly refundAsked: boolean
  readonly createdAt: Date
  /** Whose turn it is: a step is written only under the attempt it began with. */
  readonly attempt: number
  readonly traceContext: Readonly<Record<string, string>>
}

/** One use of the code is this order's until it is cancelled. */
export interface TakenPromotion {
  readonly code: string
  readonly discountCents: number
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
  customer: record.customerName === undefined ? null : { name: record.customerName, segment: record.segment },
  items: [...record.items],
  promotion: record.promotion ?? null,
  shippingCents: record.shippingCents,
  shipping: { source: record.shippingSource, cents: record.shippingCents },
  totalCents: record.totalCents,
  createdAt: record.createdAt.toISOString(),
  history: [...record.history],
})
