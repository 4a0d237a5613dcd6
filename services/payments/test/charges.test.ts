// The routes, over inject: what api gets to see.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { noFaults } from '@techmart/platform/faults'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog, readMetric } from '@techmart/platform/testing'
import { buildApp } from '../src/app.ts'
import { makeChargeOrder } from '../src/charge-order.ts'
import { makePaymentsEvents } from '../src/events.ts'
import { makeRefundOrder } from '../src/refund-order.ts'
import { lamp, makeMemoryCharges, makeScriptedProvider, unanswered } from './fakes.ts'

function buildTestApp(t: TestContext, script: Parameters<typeof makeScriptedProvider>[0] = {}) {
  const log = fakeLog()
  const metrics = buildMetrics()
  const charges = makeMemoryCharges()
  const ports = { charges, provider: makeScriptedProvider(script), events: makePaymentsEvents(metrics, log) }
  const app = buildApp({
    log,
    metrics,
    faults: noFaults,
    charges,
    chargeOrder: makeChargeOrder(ports),
    refundOrder: makeRefundOrder(ports),
    readiness: async () => ({ ready: true, dependencies: { postgres: 'up' } }),
  })
  t.after(() => app.close())
  const charge = (body: object = lamp) => app.inject({ method: 'POST', url: '/charges', body })
  const refund = () => app.inject({ method: 'POST', url: `/charges/${lamp.orderId}/refund` })
  const find = () => app.inject({ method: 'GET', url: `/charges/${lamp.orderId}` })
  return { charge, refund, find, metrics }
}

test('a charge is 201 and can be read again', async t => {
  const { charge, find } = buildTestApp(t)

  const charged = await charge()
  const found = await find()

  assert.equal(charged.statusCode, 201)
  assert.equal(charged.json().state, 'charged')
  assert.deepEqual(found.json(), charged.json())
})

test("a decline is 402 with the provider's reason, and counts as an answer", async t => {
  const { charge, metrics } = buildTestApp(t, { charges: [{ outcome: 'declined', reason: 'card_expired' }] })

  const reply = await charge()

  assert.equal(reply.statusCode, 402)
  assert.equal(reply.json().error, 'declined')
  assert.equal(reply.json().message, 'card_expired')
  const counted = await readMetric(metrics, 'payments_total')
  assert.equal(counted['country=BR,outcome=declined'], 1)
  assert.equal(counted['country=BR,outcome=failed'], 0)
})

test('a provider that does not answer is 503 without its details', async t => {
  const { charge, find, metrics } = buildTestApp(t, { charges: [unanswered] })

  const reply = await charge()

  assert.equal(reply.statusCode, 503)
  assert.equal(reply.json().error, 'unavailable')
  assert.ok(!reply.body.includes('provider failed'))
  assert.equal((await find()).statusCode, 409)
  assert.equal((await readMetric(metrics, 'payments_total'))['country=BR,outcome=failed'], 1)
})

test('a refund is 200 for what was charged, 204 for what was not, and closes the order to a late charge', async t => {
  const charged = buildTestApp(t)
  const untouched = buildTestApp(t)
  await charged.charge()

  const statuses = [await charged.refund(), await untouched.refund(), await untouched.charge(), await untouched.find()]

  assert.deepEqual(
    statuses.map(reply => reply.statusCode),
    [200, 204, 409, 404],
  )
})

test('money that is being given back is nothing to deliver for: 409 until the refund is answered, then 200 refunded', async t => {
  const { charge, refund, find } = buildTestApp(t, {
    charges: [unanswered, { outcome: 'approved' }],
    refunds: [unanswered, { outcome: 'refunded' }],
  })

  const beforeRefund = [await charge(), await find()]
  const whileRefunding = [await refund(), await find(), await charge()]
  const afterwards = [await refund(), await find()]

  const statusesOf = (replies: readonly { statusCode: number }[]) => replies.map(reply => reply.statusCode)
  assert.deepEqual(statusesOf(beforeRefund), [503, 409])
  assert.deepEqual(statusesOf(whileRefunding), [503, 409, 409])
  assert.deepEqual(statusesOf(afterwards), [200, 200])
  assert.equal(afterwards[1]?.json().state, 'refunded')
})

test('the same order with another amount is 422 key_reused', async t => {
  const { charge } = buildTestApp(t)
  await charge()

  const reply = await charge({ ...lamp, amountCents: 1_31 })

  assert.equal(reply.statusCode, 422)
  assert.equal(reply.json().error, 'key_reused')
})

test('an unknown field and a country we do not ship to are named', async t => {
  const { charge } = buildTestApp(t)

  const unknownField = await charge({ ...lamp, card: '4111' })
  const unknownCountry = await charge({ ...lamp, country: 'XX' })

  assert.deepEqual([unknownField.statusCode, unknownField.json().field], [400, 'body.card'])
  assert.deepEqual([unknownCountry.statusCode, unknownCountry.json().field], [400, 'body.country'])
  assert.ok(unknownCountry.json().allowed.includes('BR'))
})
