import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFinished, type OrderRecord } from '../src/order-record.ts'
import { buildTestApp, checkOut, countOf } from './build-test-app.ts'
import { fakeInventory, fakeOrders, fakePayments, lamp, lostReply, refusedConnection } from './fakes.ts'

/** An order that a crash left behind in the state. */
async function leftBehind(state: 'pending' | 'reserved' | 'charged') {
  const orders = fakeOrders()
  const inventory = fakeInventory()
  const payments = fakePayments()
  const signal = new AbortController().signal
  let order = (await orders.create(
    {
      id: '0b8f4c1e-0d53-4f0a-9a55-000000000011',
      idempotencyKey: 'key-of-the-crash',
      bodyHash: '',
      email: 'ada@techmart.example',
      country: 'JP',
      segment: 'unknown',
      customerName: undefined,
      items: [{ productId: lamp.id, name: lamp.name, quantity: 1, unitPriceCents: lamp.priceCents }],
      promotion: undefined,
      shippingCents: 6_90,
      shippingSource: 'flat',
      totalCents: 8_20,
      createdAt: new Date(),
      traceContext: {},
    },
    0,
  )) as OrderRecord
  await inventory.reserve(order.id, order.items, signal)
  if (state !== 'pending') order = await orders.advance(order, 'reserved')
  if (state === 'charged') {
    await payments.charge(order, signal)
    order = await orders.advance(order, 'charged')
  }
  orders.passTime()
  return { orders, inventory, payments, order, signal }
}

test('an order that was charged before the crash is confirmed', async t => {
  const { orders, inventory, payments, order } = await leftBehind('charged')
  const { recover, metrics } = buildTestApp(t, { orders, inventory, payments })

  await recover()

  assert.equal((await orders.find(order.id))?.state, 'confirmed')
  assert.equal(inventory.reservations.get(order.id), 'committed')
  assert.equal(await countOf(metrics, 'orders_created_total', { country: 'JP' }), 1)
  assert.equal(await countOf(metrics, 'orders_recovered_total', { outcome: 'confirmed' }), 1)
})

test('an order that was charged while we were dead is confirmed', async t => {
  const { orders, inventory, payments, order, signal } = await leftBehind('reserved')
  await payments.charge(order, signal)
  const { recover } = buildTestApp(t, { orders, inventory, payments })

  await recover()

  assert.equal((await orders.find(order.id))?.state, 'confirmed')
})

test('an order that was declined while we were dead gives its goods back', async t => {
  const { orders, inventory, payments, order } = await leftBehind('reserved')
  payments.charges.set(order.id, 'declined')
  const { recover } = buildTestApp(t, { orders, inventory, payments })

  await recover()

  assert.deepEqual((await orders.find(order.id))?.refusal, { kind: 'declined', reason: 'card_expired' })
  assert.equal(inventory.reservations.get(order.id), 'released')
})

for (const state of ['pending', 'reserved'] as const) {
  test(`an order left ${state} and never charged is undone, and its key is free again`, async t => {
    const { orders, inventory, payments, order } = await leftBehind(state)
    const { recover } = buildTestApp(t, { orders, inventory, payments })

    await recover()

    assert.equal((await orders.find(order.id))?.state, 'cancelled')
    assert.equal(inventory.reservations.get(order.id), 'released')
    assert.equal(await orders.findByKey('key-of-the-crash'), undefined)
  })
}

test('an order whose money was given back is never confirmed, though the replies to its charge and its refunds were lost', async t => {
  const { app, orders, inventory, payments, metrics, recover } = buildTestApp(t)
  Object.assign(payments.unanswered, { charges: 1, refunds: 2 })

  const reply = await checkOut(app)
  const states = [orders.rows[0]?.state]
  for (let round = 0; round < 2; round++) {
    orders.passTime()
    await recover()
    states.push(orders.rows[0]?.state)
  }

  assert.equal(reply.statusCode, 503)
  assert.deepEqual(states, ['reserved', 'reserved', 'cancelled'])
  assert.deepEqual([...payments.charges.values()], ['refunded'])
  assert.deepEqual([...inventory.reservations.values()], ['released'])
  assert.equal(await countOf(metrics, 'orders_created_total', {}), 0)
})

test('an order whose refund is still on its way is not confirmed, though its charge turns out taken', async t => {
  const { orders, inventory, payments, order, signal } = await leftBehind('reserved')
  const { refund } = payments
  payments.charges.set(order.id, 'pending')
  payments.refund = async () => {
    throw lostReply('payments')
  }
  const { recover } = buildTestApp(t, { orders, inventory, payments })

  await recover()
  payments.charges.set(order.id, 'charged')
  payments.refund = refund
  orders.passTime()
  await recover()
  await refund(order.id, signal)

  assert.equal((await orders.find(order.id))?.state, 'cancelled')
  assert.equal(payments.charges.get(order.id), 'refunded')
  assert.equal(inventory.reservations.get(order.id), 'released')
})

test('recovery tries again while a dependency is away', async t => {
  const { orders, inventory, payments, order } = await leftBehind('charged')
  const { commit } = inventory
  inventory.commit = async () => {
    throw refusedConnection('inventory')
  }
  const { recover } = buildTestApp(t, { orders, inventory, payments })

  await recover()
  const inBetween = await orders.find(order.id)
  inventory.commit = commit
  orders.passTime()
  await recover()

  assert.equal(inBetween?.state, 'charged')
  assert.equal((await orders.find(order.id))?.state, 'confirmed')
})

test('an order that recovery confirmed though the reply was lost is counted once', async t => {
  const { orders, inventory, payments } = await leftBehind('charged')
  const { confirm } = orders
  orders.confirm = async order => {
    await confirm(order)
    throw refusedConnection('postgres')
  }
  const { recover, metrics } = buildTestApp(t, { orders, inventory, payments })

  await recover()
  orders.passTime()
  await recover()

  assert.equal(await countOf(metrics, 'orders_created_total', {}), 1)
  assert.equal(await countOf(metrics, 'orders_recovered_total', { outcome: 'confirmed' }), 1)
})

test('a checkout that was thought dead cannot undo what recovery did', async t => {
  const { orders, inventory, payments, order } = await leftBehind('charged')
  const { recover } = buildTestApp(t, { orders, inventory, payments })

  await recover()
  const late = orders.cancel(order)

  await assert.rejects(late, { name: 'OrderTakenError' })
  assert.ok(orders.rows.every(isFinished))
})

test('an order that is still being placed is left alone', async t => {
  const { orders, inventory, payments, order } = await leftBehind('reserved')
  await orders.handOver(order, 10_000)
  const { recover } = buildTestApp(t, { orders, inventory, payments })

  const claimed = await recover()

  assert.equal(claimed, 0)
  assert.equal(inventory.reservations.get(order.id), 'held')
})
