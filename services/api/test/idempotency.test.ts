import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '@techmart/platform/testing'
import { buildTestApp, checkOut, countOf, orderBody } from './build-test-app.ts'
import { fakeInventory, fakePayments, lostReply, refusedConnection } from './fakes.ts'

/** An answer without what names its request. */
const wordsOf = (reply: { json(): Record<string, unknown> }) => {
  const { requestId: _requestId, ...words } = reply.json()
  return words
}

const key = 'key-of-the-test-11'

test('the same key with the same body gives the very same answer and charges once', async t => {
  const { app, payments, metrics } = buildTestApp(t)

  const first = await checkOut(app, { key })
  const second = await checkOut(app, { key })

  assert.equal(second.statusCode, 201)
  assert.equal(second.body, first.body)
  assert.equal(payments.asked, 1)
  assert.equal(await countOf(metrics, 'orders_created_total', { country: 'DE' }), 1)
})

test('the same key with another body is refused', async t => {
  const { app, orders } = buildTestApp(t)

  await checkOut(app, { key })
  const other = await checkOut(app, { key, body: { ...orderBody, country: 'FR' } })

  assert.equal(other.statusCode, 422)
  assert.equal(other.json().error, 'key_reused')
  assert.equal(orders.rows.length, 1)
})

test('the same key and body from another caller is refused', async t => {
  const { app } = buildTestApp(t)

  await checkOut(app, { key })
  const stranger = await checkOut(app, { key, headers: { 'x-techmart-role': 'test' } })

  assert.equal(stranger.statusCode, 422)
})

test('a refusal is repeated with the same words', async t => {
  const declining = fakePayments({ charge: async () => ({ outcome: 'declined', reason: 'card_expired' }) })
  const { app } = buildTestApp(t, { payments: declining })

  const first = await checkOut(app, { key })
  const second = await checkOut(app, { key })

  assert.equal(first.statusCode, 402)
  assert.equal(second.statusCode, 402)
  assert.deepEqual(wordsOf(second), wordsOf(first))
  assert.equal(declining.asked, 1)
})

test('two requests with one key at the same time are one order', async t => {
  const { app, orders, payments } = buildTestApp(t)

  const replies = await Promise.all([checkOut(app, { key }), checkOut(app, { key }), checkOut(app, { key })])

  assert.deepEqual(
    replies.map(reply => reply.statusCode),
    [201, 201, 201],
  )
  assert.equal(new Set(replies.map(reply => reply.json().order.id)).size, 1)
  assert.equal(orders.rows.length, 1)
  assert.equal(payments.asked, 1)
})

test('a repeated request that finds the first one still at work is asked to come back', async t => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  const inventory = fakeInventory()
  const { reserve } = inventory
  inventory.reserve = async (...asked) => {
    await held
    return reserve(...asked)
  }
  const { app } = buildTestApp(t, { inventory, limits: { requestMs: 5_000, undoMs: 500, waitForTwinMs: 150 } })

  // inject waits to be awaited; then() sends the request now.
  const first = checkOut(app, { key }).then(reply => reply)
  const second = await checkOut(app, { key })
  letGo()

  assert.equal(second.statusCode, 409)
  assert.equal(second.json().error, 'conflict')
  assert.equal((await first).statusCode, 201)
})

test('a repeated request whose first one is undone meanwhile is an order of its own', async t => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  const payments = fakePayments()
  const { charge } = payments
  payments.charge = async () => {
    await held
    payments.charge = charge
    throw refusedConnection('payments')
  }
  const { app, orders } = buildTestApp(t, { payments })

  const first = checkOut(app, { key }).then(reply => reply)
  const second = checkOut(app, { key }).then(reply => reply)
  await eventually(() => assert.equal(orders.rows[0]?.state, 'reserved'), { withinMs: 10_000 })
  letGo()

  assert.equal((await first).statusCode, 503)
  assert.equal((await second).statusCode, 201)
  assert.deepEqual(
    orders.rows.map(order => order.state),
    ['cancelled', 'confirmed'],
  )
})

test('without a key every request is an order of its own', async t => {
  const { app, orders } = buildTestApp(t)

  await checkOut(app)
  await checkOut(app)

  assert.equal(orders.rows.length, 2)
})

test('a lost reply of payments is settled by recovery, and the same key then finds the order', async t => {
  const payments = fakePayments()
  const { charge } = payments
  payments.charge = async (...asked) => {
    await charge(...asked)
    throw lostReply('payments')
  }
  const { app, orders, recover } = buildTestApp(t, { payments })

  const lost = await checkOut(app, { key })
  orders.passTime()
  await recover()
  const again = await checkOut(app, { key })

  assert.equal(lost.statusCode, 504)
  assert.equal(again.statusCode, 201)
  assert.equal(again.json().order.id, orders.rows[0]?.id)
  assert.equal(payments.asked, 1)
})
