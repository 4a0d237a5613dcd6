// The shoppers. k6 keeps a constant rate of requests, whatever the shop does: a slow or dead shop does not slow them down, as
// far as the bounded number of shoppers goes. One iteration is one request of one journey.
import { sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import {
  catalogueSize,
  journeyOf,
  pickCustomer,
  pickItems,
  pickProduct,
  pickReview,
  pickSearch,
  pickUpload,
  reviewWriteShare,
} from './mix.js'

const storeUrl = __ENV.STORE_URL || 'http://gateway:8080'
const token = __ENV.TOKEN || 'test-token-789'
const rps = Number(__ENV.RPS || 10)
const users = Number(__ENV.USERS || 0)

// A request may take up to the gateway's 10 s, so that a constant rate needs up to ten shoppers a request; beyond the limit k6
// drops iterations and says so, rather than outgrowing its container.
const maxShoppers = Math.min(Math.max(20, rps * 11), 250)

const constantRate = {
  executor: 'constant-arrival-rate',
  rate: rps,
  timeUnit: '1s',
  // As long as the container lives.
  duration: '8760h',
  preAllocatedVUs: Math.min(Math.max(10, rps), maxShoppers),
  maxVUs: maxShoppers,
  gracefulStop: '2s',
}

const fixedUsers = {
  executor: 'constant-vus',
  vus: users,
  duration: `${Number(__ENV.DURATION || 60)}s`,
  gracefulStop: '2s',
}

export const options = {
  scenarios: { shop: users > 0 ? fixedUsers : constantRate },
  discardResponseBodies: true,
  // Each label value is a time series for weeks: nothing but the journey, and the status in a counter of its own.
  systemTags: [],
  noConnectionReuse: false,
  userAgent: 'techmart-traffic',
}

/** Answers by journey and status; status 0 is no answer at all. */
const responses = new Counter('journey_responses')

/** Orders this shopper placed lately, to be looked up. The shop does not keep them for ever, so neither does the shopper. */
const placed = []
const rememberedOrders = 20
const rememberedMs = 600_000

const expecting = (...statuses) => http.expectedStatuses(...statuses)
// Declined cards and sold-out products are answers a shop gives; they are no failures.
const expected = {
  'product-discovery': expecting(200),
  checkout: expecting(201, 402, 409),
  'order-lookup': expecting(200),
  'product-search': expecting(200),
  // 200 where the review takes the place of an earlier one.
  'product-review': expecting(200, 201),
  'order-history': expecting(200),
  'product-upload': expecting(202),
}

function request(journey, method, path, body, headers, responseType) {
  const params = {
    headers: Object.assign({ authorization: `Bearer ${token}`, 'content-type': 'application/json' }, headers),
    tags: { journey },
    responseCallback: expected[journey],
    timeout: '12s',
  }
  if (responseType) params.responseType = responseType
  const response = http.request(method, `${storeUrl}${path}`, body, params)
  responses.add(1, { journey, status: String(response.status) })
  return response
}

const journeys = {
  'product-discovery'() {
    const path =
      Math.random() < 0.5
        ? `/api/products/${pickProduct(Math.random)}`
        : `/api/products?page=${1 + Math.floor(Math.random() * Math.ceil(catalogueSize / 20))}&pageSize=20`
    request('product-discovery', 'GET', path, null, {})
  },

  checkout() {
    const order = Object.assign(pickCustomer(Math.random), { items: pickItems(Math.random) })
    const key = `k6-${exec.vu.idInTest}-${exec.vu.iterationInScenario}-${Date.now()}`
    const response = request(
      'checkout',
      'POST',
      '/api/orders',
      JSON.stringify(order),
      { 'idempotency-key': key },
      'text',
    )
    if (response.status !== 201) return
    const answer = response.json()
    placed.push({ id: answer.order.id, key: answer.orderKey, atMs: Date.now() })
    if (placed.length > rememberedOrders) placed.shift()
  },

  'order-lookup'() {
    while (placed.length > 0 && placed[0].atMs < Date.now() - rememberedMs) placed.shift()
    const order = placed[Math.floor(Math.random() * placed.length)]
    // A shopper who has not bought anything yet looks around instead.
    if (!order) return journeys['product-discovery']()
    request('order-lookup', 'GET', `/api/orders/${order.id}`, null, { 'order-key': order.key })
  },

  'product-search'() {
    const { q, category } = pickSearch(Math.random)
    const filter = category ? `&category=${encodeURIComponent(category)}` : ''
    request('product-search', 'GET', `/api/products/search?q=${encodeURIComponent(q)}${filter}`, null, {})
  },

  'product-review'() {
    const path = `/api/products/${pickProduct(Math.random)}/reviews`
    if (Math.random() >= reviewWriteShare) return request('product-review', 'GET', `${path}?pageSize=10`, null, {})
    return request('product-review', 'POST', path, JSON.stringify(pickReview(Math.random)), {})
  },

  'order-history'() {
    const { email } = pickCustomer(Math.random)
    request('order-history', 'GET', `/api/orders?email=${encodeURIComponent(email)}&pageSize=10`, null, {})
  },

  'product-upload'() {
    request('product-upload', 'POST', '/api/admin/upload-products', JSON.stringify(pickUpload(Math.random)), {})
  },
}

export default function shop() {
  journeys[journeyOf(exec.scenario.iterationInTest)]()
  if (users > 0) sleep(0.5 + Math.random())
}
