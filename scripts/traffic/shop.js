// The shoppers. k6 keeps a constant rate of requests, whatever the shop does: a slow or dead shop does not slow them down, as
// far as the bounded number of shoppers goes. One iteration is one request of one journey.
import { sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import {
  catalogueSize,
  eventsAtOnce,
  journeyOf,
  leftInCartShare,
  measuredShare,
  pickCustomer,
  pickItems,
  pickNewcomer,
  pickPageLoad,
  pickProduct,
  pickPromotion,
  pickReview,
  pickSearch,
  pickUpload,
  refusedPromotions,
  reviewWriteShare,
  signUpShare,
  stockCheckShare,
} from './mix.js'

const storeUrl = __ENV.STORE_URL || 'http://gateway:8080'
const token = __ENV.TOKEN || 'test-token-789'
// The one who looks at the stock and forgets customers.
const adminToken = __ENV.ADMIN_TOKEN || 'admin-token-456'
const rps = Number(__ENV.RPS || 10)
const users = Number(__ENV.USERS || 0)

// A request may take up to the gateway's 10 s, so that a constant rate needs up to ten shoppers a request; beyond the limit k6
// drops iterations and says so, rather than outgrowing its container: 150 take 70 MiB, 250 more than the 104 it has.
const maxShoppers = Math.min(Math.max(20, rps * 11), 150)

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

/** Who this shopper is just now, and what they have looked at: told to the shop at the next checkout, and then it is the next one's turn. */
let customer = pickCustomer(Math.random)
let looks = []

/** The id of whom this shopper signed up last; they are forgotten when the next one signs up, so that customers do not pile up. */
let newcomer

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
// The shop may also go on without a code that it cannot look up.
const expectedOfRefusedPromotion = expecting(201, 400, 402, 409)

function request(journey, method, path, body, headers, { responseType, responseCallback } = {}) {
  const params = {
    headers: Object.assign({ authorization: `Bearer ${token}`, 'content-type': 'application/json' }, headers),
    tags: { journey },
    responseCallback: responseCallback || expected[journey],
    timeout: '12s',
  }
  if (responseType) params.responseType = responseType
  const response = http.request(method, `${storeUrl}${path}`, body, params)
  responses.add(1, { journey, status: String(response.status) })
  return response
}

/** A request that is no part of a journey. */
function beside(method, path, body, bearer, statuses, responseType) {
  const params = {
    // Who announces JSON must send some: a DELETE would be refused.
    headers: Object.assign({ authorization: `Bearer ${bearer}` }, body && { 'content-type': 'application/json' }),
    responseCallback: expecting(...statuses),
    timeout: '12s',
  }
  if (responseType) params.responseType = responseType
  return http.request(method, `${storeUrl}${path}`, body && JSON.stringify(body), params)
}

function look(name, productId) {
  const event = { name, country: customer.country, segment: customer.segment }
  remember(productId ? Object.assign(event, { productId }) : event)
}

/** Some of those who open a page let their browser tell how that went. */
function openPage(page, answerMs) {
  if (Math.random() < measuredShare) pickPageLoad(Math.random, page, customer.country, answerMs).forEach(remember)
}

function remember(event) {
  looks.push(event)
  if (looks.length >= eventsAtOnce) tellLooks()
}

function tellLooks() {
  const events = looks
  looks = []
  if (events.length > 0) beside('POST', '/api/events', { events }, token, [204])
}

function signUp() {
  if (newcomer) {
    const { status } = beside('DELETE', `/api/users/${newcomer}`, null, adminToken, [204, 404])
    if (status !== 204 && status !== 404) return
    newcomer = undefined
  }
  const mark = `${exec.vu.idInTest}-${Date.now().toString(36)}`
  const response = beside('POST', '/api/users', pickNewcomer(Math.random, mark), token, [201], 'text')
  if (response.status === 201) newcomer = response.json().id
}

const checkStock = () => beside('GET', '/api/stock-levels?pageSize=20', null, adminToken, [200])

const journeys = {
  'product-discovery'() {
    if (Math.random() < 0.5) {
      const productId = pickProduct(Math.random)
      const { timings } = request('product-discovery', 'GET', `/api/products/${productId}`, null, {})
      openPage(`/products/${productId}`, timings.duration)
      look('view', productId)
      if (Math.random() < leftInCartShare) look('cart', productId)
      return
    }
    const page = 1 + Math.floor(Math.random() * Math.ceil(catalogueSize / 20))
    const { timings } = request('product-discovery', 'GET', `/api/products?page=${page}&pageSize=20`, null, {})
    openPage('/', timings.duration)
    look('browse')
  },

  checkout() {
    const order = { email: customer.email, country: customer.country, items: pickItems(Math.random) }
    const promotionCode = pickPromotion(Math.random)
    if (promotionCode) order.promotionCode = promotionCode
    look('cart')
    tellLooks()
    customer = pickCustomer(Math.random)
    const key = `k6-${exec.vu.idInTest}-${exec.vu.iterationInScenario}-${Date.now()}`
    const response = request(
      'checkout',
      'POST',
      '/api/orders',
      JSON.stringify(order),
      { 'idempotency-key': key },
      {
        responseType: 'text',
        responseCallback: refusedPromotions.includes(promotionCode) ? expectedOfRefusedPromotion : undefined,
      },
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
    const path = `/api/products/search?q=${encodeURIComponent(q)}${filter}`
    const { timings } = request('product-search', 'GET', path, null, {})
    openPage('/search', timings.duration)
    look('browse')
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

/** Newcomers whom an earlier run of k6 signed up and did not live to forget; those who signed up last come first. */
export function setup() {
  for (let page = 0; page < 10; page++) {
    const response = beside('GET', '/api/users?pageSize=100', null, adminToken, [200], 'text')
    const users = response.status === 200 ? response.json().users : []
    const left = users.filter(({ email }) => email.startsWith('newcomer-'))
    for (const { id } of left) beside('DELETE', `/api/users/${id}`, null, adminToken, [204, 404])
    if (left.length === 0) return
  }
}

export default function shop() {
  journeys[journeyOf(exec.scenario.iterationInTest)]()
  if (Math.random() < signUpShare) signUp()
  if (Math.random() < stockCheckShare) checkStock()
  if (users > 0) sleep(0.5 + Math.random())
}
