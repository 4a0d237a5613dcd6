// What an order is made of, in the running lab, and how checkout goes on while a part of the store is away.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import { type Answer, ask, eventually, newOrder, placeOrder, query, shop, stopService, tokens, urls } from './lab.ts'
import { startFault } from './trouble.ts'

const customers = buildSampleCustomers()
const vip = customers.find(
  ({ segment, country }) => segment === 'vip' && country === 'DE',
) as (typeof customers)[number]
const vipOrder = { email: vip.email, country: 'DE', items: [{ productId: 41, quantity: 2 }] }
const itemsCents = 2 * 790

/** Checks out until the answer is as `check` wants it: what was just broken takes a moment to be felt everywhere. */
const untilOrdersAre = (check: (order: Answer['body']) => void, overrides: Record<string, unknown> = vipOrder) =>
  eventually(
    async () => {
      const placed = await placeOrder(overrides)
      assert.equal(placed.status, 201, JSON.stringify(placed.body))
      check(placed.body.order)
      return placed.body
    },
    { withinMs: 30_000, everyMs: 500 },
  )

/** How many checkouts of api went without that part. */
async function countWithout(part: string): Promise<number> {
  const [found] = await query(`sum(orders_without_total{part="${part}"})`)
  assert.ok(found, `orders_without_total{part="${part}"} is there from the start`)
  return found.value
}

/** Ordering goes on, and the metric says what orders go without. */
async function seeOrdersWithout(part: string, seen: () => Promise<unknown>): Promise<void> {
  const before = await countWithout(part)
  await seen()
  await eventually(async () => assert.ok((await countWithout(part)) > before), { withinMs: 30_000 })
}

test("an order has the customer's name and segment, a discount and the carrier's price, and is read with all of them", async () => {
  const placed = await untilOrdersAre(
    order => {
      assert.equal(order.shipping.source, 'carrier')
      assert.notEqual(order.customer, null)
    },
    { ...vipOrder, promotionCode: 'welcome10' },
  )

  const { order } = placed
  const read = await ask(`${urls.store}/api/orders/${order.id}`, { headers: { 'order-key': placed.orderKey } })
  assert.deepEqual(order.customer, { name: vip.name, segment: 'vip' })
  assert.equal(order.segment, 'vip')
  assert.deepEqual(order.promotion, { code: 'WELCOME10', discountCents: itemsCents / 10 })
  assert.equal(order.totalCents, itemsCents - itemsCents / 10 + order.shippingCents)
  assert.deepEqual(read.body, order)
})

test('orders and the last steps of the funnel are counted by country and segment', async () => {
  const labels = 'country="DE", segment="vip"'
  const count = async (metric: string) => (await query(`sum(${metric})`))[0]?.value ?? 0
  const metrics = [
    `orders_created_total{${labels}}`,
    `funnel_events_total{step="checkout", ${labels}}`,
    `funnel_events_total{step="paid", ${labels}}`,
  ]
  const before = await Promise.all(metrics.map(count))

  await untilOrdersAre(order => assert.equal(order.segment, 'vip'))

  await eventually(
    async () => {
      const after = await Promise.all(metrics.map(count))
      for (const [n, value] of after.entries()) assert.ok(value > (before[n] ?? 0), `${metrics[n]} is still ${value}`)
    },
    { withinMs: 30_000 },
  )
})

for (const [code, status, words] of [
  ['SPRING24', 400, /is over/],
  ['NOBODY-HAS-THIS', 400, /no such promotion/],
] as const) {
  test(`the code ${code} is refused and its field named`, async () => {
    const refused = await shop('/api/orders', { method: 'POST', json: newOrder({ ...vipOrder, promotionCode: code }) })

    assert.equal(refused.status, status)
    assert.equal(refused.body.field, 'body.promotionCode')
    assert.match(refused.body.message, words)
  })
}

test('everybody may look a promotion and a price for shipping up', async () => {
  const promotion = await ask(`${urls.store}/api/promotions/lamp5`)
  const quote = await ask(`${urls.store}/api/shipping-quotes?country=JP&pieces=3`)

  assert.deepEqual([promotion.status, promotion.body.code, promotion.body.cents], [200, 'LAMP5', 500])
  assert.equal(quote.status, 200)
  assert.deepEqual([quote.body.country, quote.body.pieces], ['JP', 3])
  assert.ok(quote.body.cents > 0)
})

test("a sample customer's past orders are in their history", async () => {
  const answer = await shop(`/api/orders?email=${encodeURIComponent(vip.email)}&pageSize=100`, { token: tokens.test })

  const ids = answer.body.orders.map(({ id }: { id: string }) => id)
  assert.ok(vip.pastOrders.every(({ id }) => ids.includes(id)))
})

const atApi = (t: TestContext, fault: Parameters<typeof startFault>[2]) => startFault(t, 'a-part-is-away', fault)

test('while promotions cannot be read, orders go on without a discount and say so', async t => {
  await atApi(t, { service: 'api', point: 'database', target: 'find promotion', kind: 'error', ratio: 1 })

  await seeOrdersWithout('promotion', () =>
    untilOrdersAre(
      order => {
        assert.equal(order.promotion, null)
        assert.equal(order.totalCents, itemsCents + order.shippingCents)
      },
      { ...vipOrder, promotionCode: 'WELCOME10' },
    ),
  )
})

test('while no use of a promotion can be written, orders go on without a discount', async t => {
  await atApi(t, { service: 'api', point: 'database', target: 'take promotion', kind: 'error', ratio: 1 })

  await seeOrdersWithout('promotion', () =>
    untilOrdersAre(order => assert.equal(order.promotion, null), { ...vipOrder, promotionCode: 'WELCOME10' }),
  )
})

test('while the carrier fails, shipping costs the flat rate, in orders and in quotes', async t => {
  await atApi(t, { service: 'api', point: 'http-client', target: 'carrier', kind: 'error', ratio: 1 })

  await seeOrdersWithout('shipping', () =>
    untilOrdersAre(order => assert.deepEqual(order.shipping, { source: 'flat', cents: 690 })),
  )

  const quote = await ask(`${urls.store}/api/shipping-quotes?country=JP&pieces=3`)
  assert.deepEqual(quote.body, { country: 'JP', pieces: 3, cents: 690, source: 'flat' })
})

test('while the carrier hangs, checkout waits for it no longer than half a second', async t => {
  await untilOrdersAre(order => assert.equal(order.shipping.source, 'carrier'))
  await atApi(t, { service: 'api', point: 'http-client', target: 'carrier', kind: 'hang', ratio: 1 })

  const took: number[] = []
  await eventually(
    async () => {
      const begunAt = performance.now()
      const placed = await shop('/api/orders', { method: 'POST', json: newOrder(vipOrder) })
      if (placed.body.order?.shipping.source === 'flat') took.push(performance.now() - begunAt)
      assert.ok(took.length >= 3, `${took.length} orders went without the carrier`)
    },
    { withinMs: 30_000, everyMs: 50 },
  )

  // The first three: after five the circuit opens, and nobody waits for the carrier any more.
  const middle = took.sort((one, other) => one - other)[1] as number
  t.diagnostic(`of the first three without the carrier the middle one took ${Math.round(middle)} ms`)
  // Half a second for the carrier, and room for the rest of a checkout; the request itself may take eight seconds.
  assert.ok(middle < 2_500, `${middle} ms`)
})

test('while reviews fail, checkout and product pages go on', async t => {
  for (const target of ['list reviews', 'rate product', 'write review']) {
    await atApi(t, { service: 'api', point: 'database', target, kind: 'error', ratio: 1 })
  }
  await eventually(async () => assert.equal((await shop('/api/products/41/reviews')).status, 503), { withinMs: 15_000 })

  const page = await shop('/api/products/41')
  const placed = await placeOrder(vipOrder)

  assert.deepEqual([page.status, page.body.rating], [200, undefined])
  assert.equal(placed.status, 201)
})

test('while no mail can be sent, checkout goes on', async t => {
  await startFault(t, 'a-part-is-away', {
    service: 'notifications',
    point: 'http-client',
    target: 'mail-provider',
    kind: 'refuse',
    ratio: 1,
  })

  await eventually(
    async () => {
      const placed = await placeOrder(vipOrder)
      assert.equal(placed.status, 201)
      const [down] = await query('dependency_up{service="notifications", dependency="mail-provider"}')
      assert.equal(down?.value, 0)
    },
    { withinMs: 60_000, everyMs: 1_000 },
  )
})

test('while users is stopped, orders go on with an unknown segment, and the circuit to it opens', async t => {
  await stopService(t, 'users')

  await seeOrdersWithout('customer', () =>
    untilOrdersAre(order => assert.deepEqual([order.segment, order.customer], ['unknown', null])),
  )
  const signUp = await shop('/api/users', {
    method: 'POST',
    json: { email: `newcomer-${crypto.randomUUID()}@example.com`, name: 'Newcomer', country: 'FR' },
  })
  assert.deepEqual([signUp.status, signUp.body.error], [503, 'unavailable'])

  await eventually(
    async () => {
      await placeOrder(vipOrder)
      const [circuit] = await query('max(circuit_breaker_state{service="api", dependency="users"})')
      assert.ok((circuit?.value ?? 0) > 0, `the circuit is ${circuit?.value}`)
    },
    { withinMs: 60_000, everyMs: 500 },
  )
})

test('once users is back, orders know their customers again', async () => {
  await eventually(
    async () => {
      const placed = await placeOrder(vipOrder)
      assert.deepEqual(placed.body.order?.customer, { name: vip.name, segment: 'vip' })
    },
    { withinMs: 30_000, everyMs: 500 },
  )
})
