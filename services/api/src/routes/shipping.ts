import { getShippingQuote } from '@techmart/contracts/shipping-routes'
import { addRoute, type HttpApp, signalOf } from '@techmart/platform/http-app'
import type { QuoteShipping } from '../quote-shipping.ts'

export function addShippingRoutes(app: HttpApp, { quoteShipping }: { readonly quoteShipping: QuoteShipping }): void {
  addRoute(app, getShippingQuote, async request => {
    const { country, pieces } = request.query
    const { cents, source } = await quoteShipping({ country, pieces }, signalOf(request))
    return { country, pieces, cents, source }
  })
}
