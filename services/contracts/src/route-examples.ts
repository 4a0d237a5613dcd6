// One right request of every public route: what the API documentation shows, and what tests begin with before they spoil it.

import { reportEvents } from './event-routes.ts'
import { getHealth } from './health-routes.ts'
import { getOrder, listOrders, placeOrder } from './order-routes.ts'
import { getProduct, listProducts } from './product-routes.ts'
import { getPromotion } from './promotion-routes.ts'
import { listReviews, writeReview } from './review-routes.ts'
import type { RouteContract } from './route.ts'
import { searchProducts } from './search-routes.ts'
import { getShippingQuote } from './shipping-routes.ts'
import { changeStock, getInventory, listInventory, listStockLevels } from './stock-routes.ts'
import { getJob, uploadProducts } from './upload-routes.ts'
import { createUser, deleteUser, getUser, listUsers, updateUser } from './user-routes.ts'

export interface RouteExample {
  readonly params?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const email = 'ada@techmart.example'
const someId = '0b8f4c1e-0d53-4f0a-9a55-000000000011'

const examples = new Map<RouteContract, RouteExample>([
  [listProducts, { query: { page: 1, pageSize: 20, category: 'Lighting' } }],
  [getProduct, { params: { id: 11 } }],
  [searchProducts, { query: { q: 'reading lamp', category: 'Lighting', page: 1, pageSize: 20 } }],
  [listReviews, { params: { id: 11 }, query: { page: 1, pageSize: 20 } }],
  [
    writeReview,
    {
      params: { id: 11 },
      body: { rating: 5, title: 'Bright', text: 'Reads well by it.', author: 'Ada', email },
    },
  ],
  [
    placeOrder,
    {
      headers: { 'idempotency-key': 'a-key-of-your-own-11' },
      body: {
        email,
        country: 'GB',
        items: [
          { productId: 11, quantity: 1 },
          { productId: 12, quantity: 2 },
        ],
        promotionCode: 'WELCOME10',
      },
    },
  ],
  [getOrder, { params: { id: someId }, headers: { 'order-key': 'the-key-of-its-201' } }],
  [listOrders, { query: { email, page: 1, pageSize: 20 } }],
  [getPromotion, { params: { code: 'WELCOME10' } }],
  [getShippingQuote, { query: { country: 'GB', pieces: 3 } }],
  [
    uploadProducts,
    {
      headers: { 'idempotency-key': 'an-upload-of-mine-11' },
      body: {
        products: [
          {
            sku: 'LAMP-0011',
            name: 'Reading lamp',
            description: 'Bright where it should be.',
            category: 'Lighting',
            priceCents: 4_900,
          },
        ],
      },
    },
  ],
  [getJob, { params: { id: someId } }],
  [listInventory, { query: { page: 1, pageSize: 20, belowThreshold: true } }],
  [getInventory, { params: { id: 11 } }],
  [
    changeStock,
    {
      headers: { 'idempotency-key': 'delivery-note-11' },
      body: { productId: 11, change: 'receive', quantity: 40, threshold: 50 },
    },
  ],
  [listStockLevels, { query: { productId: [11, 12], page: 1, pageSize: 100 } }],
  [createUser, { body: { email, name: 'Ada', country: 'GB' } }],
  [listUsers, { query: { country: 'GB', segment: 'vip', page: 1, pageSize: 20 } }],
  [getUser, { params: { id: someId } }],
  [updateUser, { params: { id: someId }, body: { name: 'Ada L.', country: 'GB' } }],
  [deleteUser, { params: { id: someId } }],
  [getHealth, {}],
  [
    reportEvents,
    {
      body: {
        events: [
          { name: 'view', productId: 11, country: 'GB', segment: 'vip' },
          { name: 'page_load', page: '/products/11', durationMs: 412 },
          { name: 'web_vital', metric: 'LCP', value: 1_900 },
          { name: 'error', message: 'x is not a function', stack: 'at pay', at: '2026-01-01T00:00:00.000Z' },
        ],
      },
    },
  ],
])

/** Throws where a route has none: whoever adds a public route adds an example. */
export function exampleOf(route: RouteContract): RouteExample {
  const example = examples.get(route)
  if (example === undefined) throw new TypeError(`${route.method} ${route.path} has no example in route-examples.ts.`)
  return example
}
