import type { TestContext } from 'node:test'
import { noFaults } from '@techmart/platform/faults'
import type { HttpApp } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics, type Metrics } from '@techmart/platform/metrics'
import { buildApp } from '../src/app.ts'
import type { CarrierClient } from '../src/carrier-client.ts'
import { makeCheckPromotion } from '../src/check-promotion.ts'
import type { CustomersClient } from '../src/customers-client.ts'
import { makeApiEvents } from '../src/events.ts'
import type { InventoryClient } from '../src/inventory-client.ts'
import { makeOrderKeys } from '../src/order-key.ts'
import type { OrderStore } from '../src/order-store.ts'
import type { PaymentsClient } from '../src/payments-client.ts'
import { makePlaceOrder, type PlaceOrderLimits } from '../src/place-order.ts'
import { makePrepareOrder } from '../src/prepare-order.ts'
import type { ProductStore } from '../src/product-store.ts'
import type { PromotionStore } from '../src/promotion-store.ts'
import { makeQuoteShipping } from '../src/quote-shipping.ts'
import { makeRecoverOrders } from '../src/recover-orders.ts'
import { makeAuthorIds } from '../src/review-author.ts'
import type { ReviewStore } from '../src/review-store.ts'
import { makeSearchProducts } from '../src/search-products.ts'
import type { SearchStore } from '../src/search-store.ts'
import { makeSettleOrder } from '../src/settle-order.ts'
import { makeUploadEvents } from '../src/upload-events.ts'
import { makeUploadProducts } from '../src/upload-products.ts'
import type { UploadStore } from '../src/upload-store.ts'
import { fakeCarrier, fakeCustomers, fakePromotions } from './fake-order-parts.ts'
import { fakeUploads } from './fake-uploads.ts'
import {
  type FakeInventory,
  type FakeOrders,
  type FakePayments,
  fakeInventory,
  fakeOrders,
  fakePayments,
  fakeProducts,
  fakeReviews,
  fakeSearch,
  kettle,
  lamp,
} from './fakes.ts'

export interface Stubs<
  O extends OrderStore = FakeOrders,
  I extends InventoryClient = FakeInventory,
  P extends PaymentsClient = FakePayments,
> {
  readonly products: ProductStore
  readonly search?: SearchStore
  readonly reviews?: ReviewStore
  readonly uploads?: UploadStore
  readonly customers?: CustomersClient
  readonly carrier?: CarrierClient
  readonly promotions?: PromotionStore
  readonly orders: O
  readonly inventory: I
  readonly payments: P
  readonly limits: PlaceOrderLimits
}

export interface TestApp<O, I, P> {
  readonly app: HttpApp
  readonly orders: O
  readonly inventory: I
  readonly payments: P
  readonly metrics: Metrics
  /** One round of recovery. */
  readonly recover: () => Promise<number>
}

/** api without network and database, unless a part is handed in. */
export function buildTestApp(
  t: TestContext,
  parts: Partial<Stubs> = {},
): TestApp<FakeOrders, FakeInventory, FakePayments> {
  return buildTestAppOn(t, {
    products: fakeProducts(),
    orders: fakeOrders(),
    inventory: fakeInventory(),
    payments: fakePayments(),
    limits: { requestMs: 2_000, undoMs: 500, waitForTwinMs: 1_000 },
    ...parts,
  })
}

export function buildTestAppOn<O extends OrderStore, I extends InventoryClient, P extends PaymentsClient>(
  t: TestContext,
  stubs: Stubs<O, I, P>,
): TestApp<O, I, P> {
  const { products, search = fakeSearch(), reviews = fakeReviews(), orders, inventory, payments, limits } = stubs
  const { uploads = fakeUploads(), customers = fakeCustomers(), carrier = fakeCarrier() } = stubs
  const { promotions = fakePromotions() } = stubs
  const log = buildLog({ service: 'api', level: 'error' })
  log.silent = true
  const metrics = buildMetrics()
  const events = makeApiEvents(metrics, log)
  const settleOrder = makeSettleOrder({ orders, inventory, payments })
  const quoteShipping = makeQuoteShipping({ carrier, events })
  const checkPromotion = makeCheckPromotion({ promotions, events })
  const app = buildApp({
    log,
    metrics,
    events,
    products,
    searchProducts: makeSearchProducts({ search, events }),
    reviews,
    authorIdOf: makeAuthorIds('a secret for tests only'),
    orders,
    uploads,
    uploadProducts: makeUploadProducts({ uploads, events: makeUploadEvents(metrics, log) }),
    faults: noFaults,
    orderKeys: makeOrderKeys('a secret for tests only'),
    promotions,
    quoteShipping,
    placeOrder: makePlaceOrder({
      prepareOrder: makePrepareOrder({ products, customers, checkPromotion, quoteShipping, events }),
      orders,
      inventory,
      payments,
      settleOrder,
      events,
      limits,
      traceContext: () => ({}),
    }),
    requestTimeoutMs: limits.requestMs,
    readiness: async () => ({ ready: true, dependencies: {} }),
  })
  t.after(() => app.close())
  const recover = makeRecoverOrders({
    orders,
    settleOrder,
    events,
    stopping: new AbortController().signal,
    withinTrace: (_context, work) => work(),
  })
  return { app, orders, inventory, payments, metrics, recover }
}

export const orderBody = {
  email: 'ada@techmart.example',
  country: 'DE',
  items: [
    { productId: lamp.id, quantity: 2 },
    { productId: kettle.id, quantity: 1 },
  ],
}

/** POST /api/orders with a key that may be left out. */
export const checkOut = (
  app: HttpApp,
  options: { key?: string; body?: unknown; headers?: Record<string, string> } = {},
) =>
  app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: {
      'content-type': 'application/json',
      ...(options.key === undefined ? {} : { 'idempotency-key': options.key }),
      ...options.headers,
    },
    payload: typeof options.body === 'string' ? options.body : JSON.stringify(options.body ?? orderBody),
  })

/** The series with these labels, summed over the others; 0 where there is none. */
export async function countOf(metrics: Metrics, name: string, labels: Record<string, string>): Promise<number> {
  const metric = await metrics.registry.getSingleMetric(name)?.get()
  return (metric?.values ?? [])
    .filter(({ labels: given }) => Object.entries(labels).every(([key, label]) => given[key] === label))
    .reduce((sum, { value }) => sum + value, 0)
}
