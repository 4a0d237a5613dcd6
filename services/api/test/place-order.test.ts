import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countries } from '@techmart/contracts/shop'
import { readMetric } from '@techmart/platform/testing'
import { refusals } from '../src/checkout-events.ts'
import { buildTestApp, checkOut, countOf, orderBody } from './build-test-app.ts'
import { fakeInventory, fakeOrders, fakePayments, kettle, lamp, lostReply, refusedConnection } from './fakes.ts'

test('an order is confirmed after its goods are reserved and its money is charged', async t => {
  const { app, inventory, payments, metrics } = buildTestApp(t)

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 201)
  const { order, orderKey } = reply.json()
  assert.equal(order.totalCents, 2 * lamp.priceCents + kettle.priceCents + 4_40)
  const states = order.history.map((step: { state: string }) => step.state)
  assert.deepEqual(states, ['pending', 'reserved', 'charged', 'confirmed'])
  assert.equal(inventory.reservations.get(order.id), 'committed')
  assert.equal(payments.charges.get(order.id), 'charged')
  assert.ok(orderKey.length > 20)
  assert.equal(await countOf(metrics, 'orders_created_total', { country: 'DE', segment: 'unknown' }), 1)
  assert.equal(await countOf(metrics, 'funnel_events_total', { step: 'paid', country: 'DE' }), 1)
  const value = await readMetric(metrics, 'order_value_sum')
  assert.equal(value['country=DE'], order.totalCents / 100)
})

test('what may become of a checkout is counted from 0 on, so that a rate sees the first of each', async t => {
  const { metrics } = buildTestApp(t)

  const reasons = await readMetric(metrics, 'orders_errors_total')
  const values = await readMetric(metrics, 'order_value_count')

  for (const refusal of refusals) assert.equal(reasons[`reason=${refusal.replaceAll('-', '_')}`], 0, refusal)
  assert.deepEqual(values, Object.fromEntries(countries.map(country => [`country=${country}`, 0])))
})

test('an answer to a checkout does not repeat the e-mail address', async t => {
  const { app } = buildTestApp(t)

  const reply = await checkOut(app)

  assert.doesNotMatch(reply.body, /ada@/)
})

test('an order is refused when the shelf holds less, and says how many are left', async t => {
  const { app, payments, metrics } = buildTestApp(t, { inventory: fakeInventory({ available: 1 }) })

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 409)
  const { error, field, allowed } = reply.json()
  assert.deepEqual({ error, field, allowed }, { error: 'out_of_stock', field: 'body.items.0.quantity', allowed: [1] })
  assert.equal(payments.asked, 0)
  assert.equal(await countOf(metrics, 'orders_errors_total', { reason: 'out_of_stock' }), 1)
})

test('a declined card gives the goods back', async t => {
  const declining = fakePayments({ charge: async () => ({ outcome: 'declined', reason: 'insufficient_funds' }) })
  const { app, orders, inventory } = buildTestApp(t, { payments: declining })

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 402)
  assert.equal(reply.json().error, 'declined')
  assert.equal(reply.json().message, 'The card was declined: insufficient funds. Nothing was charged.')
  assert.deepEqual([...inventory.reservations.values()], ['released'])
  assert.equal(orders.rows[0]?.state, 'cancelled')
})

test('when payments is not there, checkout fails, the goods go back and the same key may try again', async t => {
  const payments = fakePayments()
  const { charge } = payments
  payments.charge = async () => {
    throw refusedConnection('payments')
  }
  const { app, orders, inventory } = buildTestApp(t, { payments })

  const failed = await checkOut(app, { key: 'first-try-77' })
  payments.charge = charge
  const again = await checkOut(app, { key: 'first-try-77' })

  assert.equal(failed.statusCode, 503)
  assert.equal(failed.json().error, 'unavailable')
  assert.match(failed.json().message, /^Your payment cannot be taken just now.*undone and you are not charged/)
  assert.deepEqual([...inventory.reservations.values()], ['released', 'committed'])
  assert.equal(again.statusCode, 201)
  assert.deepEqual(
    orders.rows.map(order => order.state),
    ['cancelled', 'confirmed'],
  )
})

test('a charge that was made though payments failed is not made twice', async t => {
  const payments = fakePayments()
  const { charge } = payments
  payments.charge = async (...asked) => {
    await charge(...asked)
    throw refusedConnection('payments')
  }
  const { app } = buildTestApp(t, { payments })

  const reply = await checkOut(app, { key: 'half-done-31' })

  assert.equal(reply.statusCode, 201)
  assert.equal(payments.asked, 1)
})

test('goods that can no longer be delivered are refunded', async t => {
  const inventory = fakeInventory({ overrides: { commit: async () => 'lapsed' } })
  const { app, orders, payments } = buildTestApp(t, { inventory })

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 503)
  assert.match(reply.json().message, /^Your order cannot be taken just now.*undone and you are not charged/)
  assert.deepEqual([...payments.charges.values()], ['refunded'])
  assert.equal(orders.rows[0]?.state, 'cancelled')
})

for (const [what, lost] of [
  ['cut', refusedConnection('postgres')],
  ['given up', lostReply('postgres')],
] as const) {
  test(`an order whose confirmation is written though its reply is ${what} is placed, and counted once`, async t => {
    const orders = fakeOrders()
    const { confirm, find } = orders
    let readsToFail = 1
    orders.confirm = async order => {
      await confirm(order)
      throw lost
    }
    orders.find = async id => {
      if (readsToFail-- > 0) throw refusedConnection('postgres')
      return find(id)
    }
    const { app, metrics, recover } = buildTestApp(t, { orders })

    const reply = await checkOut(app, { key: 'half-heard-11' })
    const again = await checkOut(app, { key: 'half-heard-11' })
    orders.passTime()
    await recover()

    assert.deepEqual([reply.statusCode, again.statusCode], [201, 201])
    assert.equal(again.body, reply.body)
    assert.equal(await countOf(metrics, 'orders_created_total', {}), 1)
    assert.equal(await countOf(metrics, 'funnel_events_total', { step: 'paid' }), 1)
    assert.equal((await readMetric(metrics, 'order_value_count'))['country=DE'], 1)
    assert.equal(await countOf(metrics, 'orders_recovered_total', {}), 0)
  })
}

test('an order that recovery confirms beside its checkout is placed, and counted by recovery', async t => {
  const orders = fakeOrders()
  const { confirm } = orders
  const { app, metrics, recover } = buildTestApp(t, { orders })
  orders.confirm = async order => {
    orders.confirm = confirm
    orders.passTime()
    await recover()
    return confirm(order)
  }

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 201)
  assert.equal(await countOf(metrics, 'orders_created_total', {}), 1)
  assert.equal(await countOf(metrics, 'orders_recovered_total', { outcome: 'confirmed' }), 1)
})

test('of an order that could not be undone nobody says what became of the money', async t => {
  const unreachable = async () => {
    throw refusedConnection('inventory')
  }
  const inventory = fakeInventory({ overrides: { commit: unreachable } })
  const { app, orders, payments } = buildTestApp(t, { inventory })

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 503)
  assert.doesNotMatch(reply.json().message, /charged/)
  assert.deepEqual([...payments.charges.values()], ['charged'])
  assert.equal(orders.rows[0]?.state, 'charged')
})

test('a checkout that takes too long is left to recovery and answered in time', async t => {
  const inventory = fakeInventory({
    overrides: {
      reserve: (_orderId, _items, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(lostReply('inventory')))),
    },
  })
  const limits = { requestMs: 300, undoMs: 100, waitForTwinMs: 100 }
  const { app, orders } = buildTestApp(t, { inventory, limits })
  const begun = Date.now()

  const reply = await checkOut(app)

  assert.equal(reply.statusCode, 504)
  assert.ok(Date.now() - begun < 1_500)
  assert.equal(orders.rows[0]?.state, 'pending')
})

test('an unknown product is named by its place in the request', async t => {
  const { app, orders } = buildTestApp(t)
  const body = { ...orderBody, items: [orderBody.items[0], { productId: 999, quantity: 1 }] }

  const reply = await checkOut(app, { body })

  assert.equal(reply.statusCode, 400)
  assert.equal(reply.json().field, 'body.items.1.productId')
  assert.equal(orders.rows.length, 0)
})

test('a customer with a token orders in their own name only', async t => {
  const { app } = buildTestApp(t)
  const headers = { 'x-techmart-role': 'user', 'x-techmart-customer': 'grace@techmart.example' }

  const reply = await checkOut(app, { headers })

  assert.equal(reply.statusCode, 403)
})
