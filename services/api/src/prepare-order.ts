// Everything that a new order is made of: goods and their prices, the customer, the discount, shipping. All of it is asked for
// at once. Without prices there is no order; the rest has something to fall back on, and the checkout goes on.
import type { OrderRequest } from '@techmart/contracts/order-routes'
import type { CustomerCard } from '@techmart/contracts/user-routes'
import type { CheckPromotion, PromotionProblem } from './check-promotion.ts'
import type { CheckoutEvents } from './checkout-events.ts'
import type { CustomersClient } from './customers-client.ts'
import type { OrderRecord } from './order-record.ts'
import { discountCentsOf, itemsCentsOf, totalCentsOf } from './price-order.ts'
import type { ProductStore } from './product-store.ts'
import type { QuoteShipping } from './quote-shipping.ts'

/** What an order is and costs, once it is known. */
export type OrderParts = Pick<
  OrderRecord,
  | 'email'
  | 'country'
  | 'segment'
  | 'customerName'
  | 'items'
  | 'promotion'
  | 'shippingCents'
  | 'shippingSource'
  | 'totalCents'
>

export type PreparedOrder =
  | { readonly outcome: 'prepared'; readonly parts: OrderParts }
  | { readonly outcome: 'unknown-product'; readonly itemIndex: number; readonly productId: number }
  | { readonly outcome: 'promotion-refused'; readonly why: PromotionProblem }

export type PrepareOrder = (request: OrderRequest, signal: AbortSignal) => Promise<PreparedOrder>

export interface PrepareOrderPorts {
  readonly products: ProductStore
  readonly customers: CustomersClient
  readonly checkPromotion: CheckPromotion
  readonly quoteShipping: QuoteShipping
  readonly events: CheckoutEvents
}

export function makePrepareOrder(ports: PrepareOrderPorts): PrepareOrder {
  async function findCustomer(email: string, signal: AbortSignal): Promise<CustomerCard | undefined> {
    try {
      return await ports.customers.find(email, signal)
    } catch (error) {
      ports.events.wentWithout('customer', error)
      return undefined
    }
  }

  return async ({ email, country, items: wanted, promotionCode }, signal) => {
    const pieces = wanted.reduce((sum, { quantity }) => sum + quantity, 0)
    const [products, customer, promotion, shipping] = await Promise.all([
      ports.products.findMany(wanted.map(item => item.productId)),
      findCustomer(email, signal),
      ports.checkPromotion(promotionCode),
      ports.quoteShipping({ country, pieces }, signal),
    ])
    const segment = customer?.segment ?? 'unknown'
    ports.events.checkoutStarted({ country, segment })

    const known = new Map(products.map(product => [product.id, product]))
    const items: OrderRecord['items'] = []
    for (const [itemIndex, { productId, quantity }] of wanted.entries()) {
      const product = known.get(productId)
      if (product === undefined) return { outcome: 'unknown-product', itemIndex, productId }
      items.push({ productId, name: product.name, quantity, unitPriceCents: product.priceCents })
    }
    if (promotion.outcome === 'refused') return { outcome: 'promotion-refused', why: promotion.why }

    const itemsCents = itemsCentsOf(items)
    const discountCents = promotion.outcome === 'counts' ? discountCentsOf(promotion.promotion, itemsCents) : 0
    return {
      outcome: 'prepared',
      parts: {
        email,
        country,
        segment,
        customerName: customer?.name,
        items,
        promotion: promotion.outcome === 'counts' ? { code: promotion.promotion.code, discountCents } : undefined,
        shippingCents: shipping.cents,
        shippingSource: shipping.source,
        totalCents: totalCentsOf(itemsCents, discountCents, shipping.cents),
      },
    }
  }
}

/** The same order while promotions cannot be taken. */
export const withoutPromotion = (parts: OrderParts): OrderParts => ({
  ...parts,
  promotion: undefined,
  totalCents: totalCentsOf(itemsCentsOf(parts.items), 0, parts.shippingCents),
})
