import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { ApiEvents } from './events.ts'
import type { OrderKeys } from './order-key.ts'
import type { OrderStore } from './order-store.ts'
import type { PlaceOrder } from './place-order.ts'
import type { ProductStore } from './product-store.ts'
import type { PromotionStore } from './promotion-store.ts'
import type { QuoteShipping } from './quote-shipping.ts'
import type { AuthorIdOf } from './review-author.ts'
import type { ReviewStore } from './review-store.ts'
import { addOrderRoutes } from './routes/orders.ts'
import { addProductRoutes } from './routes/products.ts'
import { addPromotionRoutes } from './routes/promotions.ts'
import { addReviewRoutes } from './routes/reviews.ts'
import { addSearchRoutes } from './routes/search.ts'
import { addShippingRoutes } from './routes/shipping.ts'
import { addUploadRoutes } from './routes/uploads.ts'
import type { SearchProducts } from './search-products.ts'
import type { UploadProducts } from './upload-products.ts'
import type { UploadStore } from './upload-store.ts'

export interface ApiDeps {
  readonly log: Log
  readonly metrics: Metrics
  readonly faults: Faults
  readonly events: ApiEvents
  readonly products: ProductStore
  readonly searchProducts: SearchProducts
  readonly reviews: ReviewStore
  readonly authorIdOf: AuthorIdOf
  readonly orders: OrderStore
  readonly orderKeys: OrderKeys
  readonly placeOrder: PlaceOrder
  readonly promotions: PromotionStore
  readonly quoteShipping: QuoteShipping
  readonly uploads: UploadStore
  readonly uploadProducts: UploadProducts
  readonly requestTimeoutMs: number
  readonly readiness: () => Promise<Readiness>
}

export function buildApp(deps: ApiDeps): HttpApp {
  const { log, metrics, faults, readiness, requestTimeoutMs, events, products, reviews, orders } = deps
  const app = buildHttpApp({ service: 'api', log, metrics, faults, readiness, requestTimeoutMs })
  addProductRoutes(app, { products, reviews, events })
  addSearchRoutes(app, { searchProducts: deps.searchProducts })
  addReviewRoutes(app, { products, reviews, authorIdOf: deps.authorIdOf, events })
  addOrderRoutes(app, { orders, placeOrder: deps.placeOrder, orderKeys: deps.orderKeys, events })
  addPromotionRoutes(app, { promotions: deps.promotions })
  addShippingRoutes(app, { quoteShipping: deps.quoteShipping })
  addUploadRoutes(app, { uploads: deps.uploads, uploadProducts: deps.uploadProducts })
  return app
}
