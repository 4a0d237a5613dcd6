// What an order costs, in whole cents and without I/O.
import type { PromotionRecord } from './promotion-record.ts'

export interface PricedItem {
  readonly quantity: number
  readonly unitPriceCents: number
}

export const itemsCentsOf = (items: readonly PricedItem[]): number =>
  items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0)

/** What a promotion takes off: rounded down to the cent, and never more than the items cost. Shipping is not discounted. */
export function discountCentsOf(
  promotion: Pick<PromotionRecord, 'kind' | 'percent' | 'cents'>,
  itemsCents: number,
): number {
  const wanted =
    promotion.kind === 'percentage' ? Math.floor((itemsCents * (promotion.percent ?? 0)) / 100) : (promotion.cents ?? 0)
  return Math.min(wanted, itemsCents)
}

/** Items less the discount, and shipping. */
export const totalCentsOf = (itemsCents: number, discountCents: number, shippingCents: number): number =>
  itemsCents - discountCents + shippingCents
