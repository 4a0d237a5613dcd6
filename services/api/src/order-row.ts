// A row of the table `orders`, turned into an order at the border.
import type { Order } from '@techmart/contracts/order-routes'
import type { OrderRecord, OrderRefusal } from './order-record.ts'

export interface OrderRow {
  id: string
  state: OrderRecord['state']
  body_hash: string
  email: string
  country: OrderRecord['country']
  segment: OrderRecord['segment']
  customer_name: string | null
  items: Order['items']
  promotion_code: string | null
  /** A bigint, which arrives as text. */
  discount_cents: string
  shipping_cents: number
  shipping_source: OrderRecord['shippingSource']
  /** A bigint, which arrives as text. */
  total_cents: string
  history: Order['history']
  refusal: OrderRefusal | null
  refund_asked: boolean
  created_at: Date
  attempt: number
  trace_context: Record<string, string>
}

export const toOrderRecord = (row: OrderRow): OrderRecord => ({
  id: row.id,
  state: row.state,
  bodyHash: row.body_hash,
  email: row.email,
  country: row.country,
  segment: row.segment,
  customerName: row.customer_name ?? undefined,
  items: row.items,
  promotion:
    row.promotion_code === null ? undefined : { code: row.promotion_code, discountCents: Number(row.discount_cents) },
  shippingCents: row.shipping_cents,
  shippingSource: row.shipping_source,
  totalCents: Number(row.total_cents),
  history: row.history,
  refusal: row.refusal ?? undefined,
  refundAsked: row.refund_asked,
  createdAt: row.created_at,
  attempt: row.attempt,
  traceContext: row.trace_context,
})
