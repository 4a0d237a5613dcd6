import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { ApiEvents } from './events.ts'
import type { OrderKeys } from './order-key.ts'
import type { OrderStore } from './order-store.ts'
import type { PlaceOrder } from './place-order.ts'
import type { ProductStore } from './product-store.ts'
import { addOrderRoutes } from './routes/orders.ts'
import { addProductRoutes } from './routes/products.ts'

export interface ApiDeps {
  readonly log: Log
  readonly metrics: Metrics
  readonly faults: Faults
  readonly events: ApiEvents
  readonly products: ProductStore
  readonly orders: OrderStore
  readonly orderKeys: OrderKeys
  readonly placeOrder: PlaceOrder
  readonly requestTimeoutMs: number
  readonly readiness: () => Promise<Readiness>
}

export function buildApp(deps: ApiDeps): HttpApp {
  const { log, metrics, faults, readiness, requestTimeoutMs, events, products, orders } = deps
  const app = buildHttpApp({ service: 'api', log, metrics, faults, readiness, requestTimeoutMs })
  addProductRoutes(app, { products, events })
  addOrderRoutes(app, { orders, placeOrder: deps.placeOrder, orderKeys: deps.orderKeys })
  return app
}
