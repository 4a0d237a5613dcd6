// Browsing, checkout and order lookup through the front door, with their good and their bad input.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, newOrder, pauseShoppers, placeOrder, shop, tokens, urls } from './lab.ts'

test('a shopper browses the catalogue page by page and by category', async () => {
  const first = await shop('/api/products?pageSize=5')
  const second = await shop('/api/products?pageSize=5&page=2')
  const category = first.body.products[0].category
  const filtered = await shop(`/api/products?category=${encodeURIComponent(category)}`)

  assert.equal(first.status, 200)
  assert.ok(first.body.total >= 100, `expected some hundred products, got ${first.body.total}`)
  assert.notEqual(first.body.products[0].id, second.body.products[0].id)
  assert.ok(filtered.body.products.every((product: { category: string }) => product.category === category))
})

test('a checkout gives an order that its key reads again', async () => {
  const placed = await placeOrder({ country: 'DE', items: [{ productId: 12, quantity: 2 }] })
  assert.equal(placed.status, 201, JSON.stringify(placed.body))
  const { order, orderKey } = placed.body

  const read = await ask(`${urls.store}/api/orders/${order.id}`, { headers: { 'order-key': orderKey } })

  assert.equal(read.status, 200)
  assert.equal(read.body.state, 'confirmed')
  assert.equal(read.body.items[0].quantity, 2)
  assert.equal(read.body.totalCents, read.body.items[0].unitPriceCents * 2 + read.body.shippingCents)
})

test("a stranger cannot read somebody's order, with or without a wrong key", async () => {
  const placed = await placeOrder()
  const url = `${urls.store}/api/orders/${placed.body.order.id}`

  const without = await ask(url)
  const wrong = await ask(url, { headers: { 'order-key': 'no-such-key' } })
  const other = await ask(url, { token: tokens.user })

  assert.deepEqual([without.status, wrong.status, other.status], [403, 403, 403])
  assert.equal(without.body.error, 'forbidden')
})

test('the same idempotency key gives the same order, and another body under it is refused', async () => {
  const key = crypto.randomUUID()
  const body = newOrder()
  const post = (json: unknown) => shop('/api/orders', { method: 'POST', json, headers: { 'idempotency-key': key } })

  const first = await post(body)
  const again = await post(body)
  const other = await post({ ...body, country: 'FR' })

  assert.ok([201, 402].includes(first.status), JSON.stringify(first.body))
  assert.equal(again.status, first.status)
  assert.deepEqual({ ...again.body, requestId: null }, { ...first.body, requestId: null })
  assert.equal(other.status, 422)
  assert.equal(other.body.error, 'key_reused')
})

test('stock runs out: the order is refused, names the line, and nothing is sold', async t => {
  await pauseShoppers(t)
  const productId = 17
  const stock = `${urls.inventory}/stock/${productId}`
  const before = (await ask(stock)).body
  t.after(() => ask(stock, { method: 'PUT', json: { available: before.available, threshold: before.threshold } }))
  await ask(stock, { method: 'PUT', json: { available: 2, threshold: 0 } })

  const refused = await shop('/api/orders', {
    method: 'POST',
    json: newOrder({
      items: [
        { productId: 12, quantity: 1 },
        { productId, quantity: 3 },
      ],
    }),
    headers: { 'idempotency-key': crypto.randomUUID() },
  })

  assert.equal(refused.status, 409)
  assert.equal(refused.body.error, 'out_of_stock')
  assert.equal(refused.body.field, 'body.items.1.quantity')
  assert.equal((await ask(stock)).body.available, 2)
})

test('a declined card is a 402 with the reason, and the stock is given back', async t => {
  await pauseShoppers(t)
  const productId = 18
  const stock = `${urls.inventory}/stock/${productId}`
  const before = (await ask(stock)).body
  t.after(() => ask(stock, { method: 'PUT', json: { available: before.available, threshold: before.threshold } }))
  await ask(stock, { method: 'PUT', json: { available: 500, threshold: 0 } })

  // The provider declines up to 12 % in India: a hundred tries without one would be a chance of one in 300,000.
  let sold = 0
  let declined: Awaited<ReturnType<typeof shop>> | undefined
  for (let tries = 0; tries < 100 && declined === undefined; tries += 1) {
    const answer = await shop('/api/orders', {
      method: 'POST',
      json: newOrder({ country: 'IN', items: [{ productId, quantity: 1 }] }),
      headers: { 'idempotency-key': crypto.randomUUID() },
    })
    if (answer.status === 201) sold += 1
    if (answer.status === 402) declined = answer
  }

  assert.equal(declined?.body.error, 'declined')
  assert.match(declined?.body.message, /declined/i)
  const after = (await ask(stock)).body
  assert.equal(after.available + after.held, 500 - sold)
})

const refusals: ReadonlyArray<{
  title: string
  path: string
  init?: RequestInit & { json?: unknown }
  status: number
  error: string
  field?: RegExp
}> = [
  {
    title: 'broken JSON',
    path: '/api/orders',
    init: { method: 'POST', body: '{"email":', headers: { 'content-type': 'application/json' } },
    status: 400,
    error: 'invalid',
  },
  {
    title: 'an unknown field',
    path: '/api/orders',
    init: { method: 'POST', json: newOrder({ gift: true }) },
    status: 400,
    error: 'invalid',
    field: /gift/,
  },
  {
    title: 'a missing field',
    path: '/api/orders',
    init: { method: 'POST', json: { country: 'US', items: [{ productId: 1, quantity: 1 }] } },
    status: 400,
    error: 'invalid',
    field: /email/,
  },
  {
    title: 'a country the shop does not ship to',
    path: '/api/orders',
    init: { method: 'POST', json: newOrder({ country: 'XX' }) },
    status: 400,
    error: 'invalid',
    field: /country/,
  },
  {
    title: 'a quantity of zero',
    path: '/api/orders',
    init: { method: 'POST', json: newOrder({ items: [{ productId: 1, quantity: 0 }] }) },
    status: 400,
    error: 'invalid',
    field: /quantity/,
  },
  { title: 'a product id that does not exist', path: '/api/products/99999', status: 404, error: 'not_found' },
  { title: 'a product id that is no number', path: '/api/products/lamp', status: 400, error: 'invalid', field: /id/ },
  {
    title: 'an order id that does not exist',
    path: `/api/orders/${crypto.randomUUID()}`,
    status: 404,
    error: 'not_found',
  },
  {
    title: 'a page size beyond the limit',
    path: '/api/products?pageSize=5000',
    status: 400,
    error: 'invalid',
    field: /pageSize/,
  },
  {
    title: 'an unknown query parameter',
    path: '/api/products?colour=red',
    status: 400,
    error: 'invalid',
    field: /colour/,
  },
  { title: 'a path that does not exist', path: '/api/nothing-here', status: 404, error: 'not_found' },
  {
    title: 'a body of another kind',
    path: '/api/orders',
    init: { method: 'POST', body: '<order/>', headers: { 'content-type': 'application/xml' } },
    status: 415,
    error: 'unsupported_media_type',
  },
  {
    title: 'a body too large',
    path: '/api/orders',
    init: { method: 'POST', json: newOrder({ email: 'x'.repeat(40_000) }) },
    status: 413,
    error: 'too_large',
  },
]
for (const { title, path, init, status, error, field } of refusals) {
  test(`${title} is refused with ${status} and plain words`, async () => {
    const answer = await shop(path, init)

    assert.equal(answer.status, status, JSON.stringify(answer.body))
    assert.equal(answer.body.error, error)
    assert.ok(answer.body.message.length > 10, 'the message says what was wrong')
    if (field) assert.match(answer.body.field ?? '', field)
  })
}

test('a token nobody gave out is refused', async () => {
  const answer = await ask(`${urls.store}/api/products`, { token: 'made-up' })

  assert.equal(answer.status, 401)
  assert.equal(answer.body.error, 'unauthorized')
})

test('a client that asks too often is told when to come back, and the shoppers go on', async () => {
  const cookie = `techmart_session=${crypto.randomUUID()}`
  const answers = await Promise.all(
    Array.from({ length: 340 }, () => ask(`${urls.store}/api/products?pageSize=1`, { headers: { cookie } })),
  )

  const limited = answers.find(answer => answer.status === 429)
  assert.equal(limited?.body.error, 'rate_limited')
  assert.ok(Number(limited?.headers.get('retry-after')) > 0)
  assert.equal((await shop('/api/products?pageSize=1')).status, 200)
})

test('health names each dependency and its state', async () => {
  const answer = await ask(`${urls.store}/api/health`)

  assert.equal(answer.status, 200)
  assert.equal(answer.body.dependencies.api.status, 'up')
  const { postgres, kafka } = answer.body.dependencies.api.dependencies
  assert.deepEqual({ postgres, kafka }, { postgres: 'up', kafka: 'up' })
  assert.equal(answer.body.dependencies.lab.status, 'up')
})
