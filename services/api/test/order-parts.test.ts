// What an order is made of beside its goods, and how a checkout goes on when a part cannot be had.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PromotionNotTakenError, PromotionUsedUpError } from '../src/order-store.ts'
import { buildTestApp, checkOut, countOf, orderBody } from './build-test-app.ts'
import { fakeCarrier, fakeCustomers, fakePromotions, fiveDollars, tenPercent } from './fake-order-parts.ts'
import { fakeInventory, fakeOrders, fakePayments, kettle, lamp, lostReply, refusedConnection } from './fakes.ts'

const itemsCents = 2 * lamp.priceCents + kettle.priceCents
const failing = async () => {
  throw refusedConnection('somebody')
}
const ada = { id: '0b8f4c1e-0d53-4f0a-9a55-0000000000aa', name: 'Ada Byron', segment: 'vip' } as const

test("an order knows its customer's name and segment, and is counted under it", async t => {
  const { app, metrics } = buildTestApp(t, { customers: fakeCustomers({ [orderBody.email]: ada }) })

  const { order } = (await checkOut(app)).json()

  assert.deepEqual([order.segment, order.customer], ['vip', { name: 'Ada Byron', segment: 'vip' }])
  const labels = { country: 'DE', segment: 'vip' }
  assert.equal(await countOf(metrics, 'orders_created_total', labels), 1)
  assert.equal(await countOf(metrics, 'funnel_events_total', { step: 'checkout', ...labels }), 1)
  assert.equal(await countOf(metrics, 'funnel_events_total', { step: 'paid', ...labels }), 1)
})

test('somebody who never signed up orders all the same, and nothing is said to be missing', async t => {
  const { app, metrics } = buildTestApp(t)

  const { order } = (await checkOut(app)).json()

  assert.deepEqual([order.segment, order.customer], ['unknown', null])
  assert.equal(await countOf(metrics, 'orders_without_total', { part: 'customer' }), 0)
})

test('while users does not answer, orders go on with an unknown segment', async t => {
  const { app, metrics } = buildTestApp(t, { customers: { find: failing } })

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 201)
  assert.deepEqual([reply.json().order.segment, reply.json().order.customer], ['unknown', null])
  assert.equal(await countOf(metrics, 'orders_without_total', { part: 'customer' }), 1)
})

test('shipping costs what the carrier asks for the country and all pieces', async t => {
  const carrier = fakeCarrier(7_31)
  const { app } = buildTestApp(t, { carrier })

  const { order } = (await checkOut(app)).json()

  assert.deepEqual(carrier.asked, [{ country: 'DE', pieces: 3 }])
  assert.deepEqual([order.shipping, order.shippingCents], [{ source: 'carrier', cents: 7_31 }, 7_31])
  assert.equal(order.totalCents, itemsCents + 7_31)
})

test('while the carrier gives no price, shipping costs the flat rate', async t => {
  const { app, metrics } = buildTestApp(t, { carrier: { quote: failing } })

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 201)
  assert.deepEqual(reply.json().order.shipping, { source: 'flat', cents: 6_90 })
  assert.equal(reply.json().order.totalCents, itemsCents + 6_90)
  assert.equal(await countOf(metrics, 'orders_without_total', { part: 'shipping' }), 1)
})

for (const [promotion, discountCents] of [
  [tenPercent, Math.floor(itemsCents / 10)],
  [fiveDollars, 5_00],
] as const) {
  test(`${promotion.code} takes ${discountCents} cents off the items, whatever case it is typed in`, async t => {
    const payments = fakePayments()
    const { charge } = payments
    const charged: number[] = []
    payments.charge = async (order, signal) => {
      charged.push(order.totalCents)
      return charge(order, signal)
    }
    const { app } = buildTestApp(t, { payments })

    const { order } = (
      await checkOut(app, { body: { ...orderBody, promotionCode: promotion.code.toLowerCase() } })
    ).json()

    assert.deepEqual(order.promotion, { code: promotion.code, discountCents })
    assert.equal(order.totalCents, itemsCents - discountCents + 4_40)
    assert.deepEqual(charged, [order.totalCents])
  })
}

for (const [promotionCode, words] of [
  ['NOBODY', /no such promotion/],
  ['OVER', /is over/],
  ['EARLY', /not begun/],
  ['USED', /used up/],
] as const) {
  test(`the code ${promotionCode} is refused with its field, and nothing is done`, async t => {
    const { app, orders, metrics } = buildTestApp(t)

    const reply = await checkOut(app, { body: { ...orderBody, promotionCode } })

    assert.equal(reply.statusCode, 400)
    const { error, field, message } = reply.json()
    assert.deepEqual([error, field], ['invalid', 'body.promotionCode'])
    assert.match(message, words)
    assert.equal(orders.rows.length, 0)
    assert.equal(await countOf(metrics, 'orders_errors_total', { reason: 'promotion_refused' }), 1)
  })
}

test('a last use that somebody else took in the same moment is refused like one that was gone before', async t => {
  const orders = fakeOrders()
  const create = async () => {
    throw new PromotionUsedUpError('gone')
  }
  const { app } = buildTestApp(t, { orders: { ...orders, create } })

  const reply = await checkOut(app, { body: { ...orderBody, promotionCode: 'TEN' } })

  assert.deepEqual([reply.statusCode, reply.json().field], [400, 'body.promotionCode'])
})

test('while promotions cannot be looked up, orders go on without a discount and say so', async t => {
  const { app, metrics } = buildTestApp(t, { promotions: { ...fakePromotions(), find: failing } })

  const reply = await checkOut(app, { body: { ...orderBody, promotionCode: 'TEN' } })

  assert.equal(reply.statusCode, 201)
  assert.equal(reply.json().order.promotion, null)
  assert.equal(reply.json().order.totalCents, itemsCents + 4_40)
  assert.equal(await countOf(metrics, 'orders_without_total', { part: 'promotion' }), 1)
})

test('a look-up of promotions that hangs is given up, and the order goes on', async t => {
  const { app } = buildTestApp(t, { promotions: { ...fakePromotions(), find: () => new Promise(() => {}) } })
  const begun = Date.now()

  const reply = await checkOut(app, { body: { ...orderBody, promotionCode: 'TEN' } })

  assert.equal(reply.statusCode, 201)
  assert.ok(Date.now() - begun < 2_500)
})

test('while no use can be taken, orders go on without a discount', async t => {
  const orders = fakeOrders()
  const create: typeof orders.create = async (order, recoverAfterMs) => {
    if (order.promotion) throw new PromotionNotTakenError('away', { cause: lostReply('postgres') })
    return orders.create(order, recoverAfterMs)
  }
  const { app } = buildTestApp(t, { orders: { ...orders, create } })

  const reply = await checkOut(app, { key: 'key-of-order-7', body: { ...orderBody, promotionCode: 'TEN' } })

  assert.equal(reply.statusCode, 201)
  assert.equal(reply.json().order.promotion, null)
  assert.equal(reply.json().order.totalCents, itemsCents + 4_40)
})

test('the same key with another promotion code is another request, in other case the same', async t => {
  const { app } = buildTestApp(t)
  const body = { ...orderBody, promotionCode: 'TEN' }
  const first = await checkOut(app, { key: 'key-of-order-7', body })

  const other = await checkOut(app, { key: 'key-of-order-7', body: { ...body, promotionCode: 'FIVE' } })
  const none = await checkOut(app, { key: 'key-of-order-7' })
  const same = await checkOut(app, { key: 'key-of-order-7', body: { ...body, promotionCode: 'ten' } })

  assert.deepEqual([other.statusCode, none.statusCode], [422, 422])
  assert.equal(same.body, first.body)
})

test('with payments known not to answer, checkout is refused plainly before anything is done', async t => {
  const payments = fakePayments({ isTrusted: () => false })
  const carrier = fakeCarrier()
  const inventory = fakeInventory()
  const { app, orders, metrics } = buildTestApp(t, { payments, carrier, inventory })

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 503)
  assert.equal(reply.json().error, 'unavailable')
  assert.match(reply.json().message, /^Payments cannot be taken just now. Nothing was ordered and nothing was charged/)
  assert.deepEqual(
    [orders.rows.length, inventory.reservations.size, carrier.asked.length, payments.asked],
    [0, 0, 0, 0],
  )
  assert.equal(await countOf(metrics, 'orders_errors_total', { reason: 'payments_unavailable' }), 1)
  assert.equal(await countOf(metrics, 'funnel_events_total', { step: 'checkout', country: 'DE' }), 1)
})

test('an order that was placed is answered for its key while payments does not answer', async t => {
  const payments = fakePayments()
  const { app } = buildTestApp(t, { payments })
  const first = await checkOut(app, { key: 'key-of-order-7' })
  payments.isTrusted = () => false

  const again = await checkOut(app, { key: 'key-of-order-7' })

  assert.equal(again.statusCode, 201)
  assert.equal(again.body, first.body)
})
