import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeChargeOrder } from '../../src/charge-order.ts'
import { makeChargeStore } from '../../src/charge-store.ts'
import { makeRefundOrder } from '../../src/refund-order.ts'
import { lamp, makeRecordedEvents, makeScriptedProvider } from '../fakes.ts'

const migrations = new URL('../../migrations/', import.meta.url)

test('an order that is charged by ten requests at once has one row and one answer', async t => {
  const charges = makeChargeStore(await openTestPostgres(t, migrations))
  const chargeOrder = makeChargeOrder({ charges, provider: makeScriptedProvider({}), events: makeRecordedEvents() })

  const results = await Promise.all(Array.from({ length: 10 }, () => chargeOrder(lamp)))

  assert.ok(results.every(result => result.outcome === 'charged'))
  const row = await charges.find(lamp.orderId)
  assert.deepEqual([row?.state, row?.amountCents, row?.country], ['charged', 1_30, 'BR'])
})

test('a settled charge stays as it was settled first', async t => {
  const charges = makeChargeStore(await openTestPostgres(t, migrations))
  await charges.begin(lamp)

  const first = await charges.settle(lamp.orderId, 'declined', 'card_expired')
  const second = await charges.settle(lamp.orderId, 'charged')

  assert.deepEqual([first.isFirst, second.isFirst], [true, false])
  assert.deepEqual(
    [first.charge.state, second.charge.state, second.charge.reason],
    ['declined', 'declined', 'card_expired'],
  )
})

test('from the moment a refund begins, its order is refunding until the money is given back, whatever is heard of the charge', async t => {
  const charges = makeChargeStore(await openTestPostgres(t, migrations))
  await charges.begin(lamp)

  const begun = await charges.beginRefund(lamp.orderId)
  const { charge: approved } = await charges.settle(lamp.orderId, 'charged')
  const begunAgain = await charges.beginRefund(lamp.orderId)
  const refunded = await charges.markRefunded(lamp.orderId)
  const begunLate = await charges.beginRefund(lamp.orderId)

  assert.deepEqual(
    [begun, approved, begunAgain, refunded, begunLate].map(({ state, settledAt }) => [state, settledAt !== null]),
    [
      ['refunding', false],
      ['refunding', true],
      ['refunding', true],
      ['refunded', true],
      ['refunded', true],
    ],
  )
})

test('a refund of what was declined, or never charged, has nothing to give back', async t => {
  const charges = makeChargeStore(await openTestPostgres(t, migrations))
  const [declined, never] = [randomUUID(), randomUUID()]
  await charges.begin({ ...lamp, orderId: declined })
  await charges.beginRefund(declined)

  await charges.settle(declined, 'declined', 'card_expired')
  const states = [
    await charges.markRefunded(declined),
    await charges.beginRefund(never),
    await charges.begin({ ...lamp, orderId: never }),
  ]

  assert.deepEqual(
    states.map(({ state }) => state),
    ['declined', 'void', 'void'],
  )
})

test('refunds and charges of one order at once never leave it charged', async t => {
  const charges = makeChargeStore(await openTestPostgres(t, migrations))
  const ports = { charges, provider: makeScriptedProvider({}), events: makeRecordedEvents() }
  const chargeOrder = makeChargeOrder(ports)
  const refundOrder = makeRefundOrder(ports)
  const orders = Array.from({ length: 30 }, () => ({ ...lamp, orderId: randomUUID() }))

  await Promise.all(orders.flatMap(order => [chargeOrder(order), refundOrder(order.orderId), chargeOrder(order)]))

  for (const { orderId } of orders) {
    const state = (await charges.find(orderId))?.state
    assert.ok(state === 'refunded' || state === 'void', state)
  }
})

test('only settled charges that are old enough are removed', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const charges = makeChargeStore(postgres)
  const [old, young, pending, refunding] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  for (const orderId of [old, young, pending, refunding]) await charges.begin({ ...lamp, orderId })
  for (const orderId of [old, young, refunding]) await charges.settle(orderId, 'charged')
  await charges.beginRefund(refunding)
  const makeOlder = `now() - interval '73 hours'`
  await postgres.run(
    'make older',
    sql => sql`
      UPDATE charges SET created_at = ${sql.unsafe(makeOlder)},
        settled_at = CASE WHEN settled_at IS NOT NULL THEN ${sql.unsafe(makeOlder)} END
      WHERE order_id IN ${sql([old, pending, refunding])}`,
  )

  const removed = await charges.removeSettledBefore(72, 100)

  assert.equal(removed, 1)
  const left = await Promise.all([old, young, pending, refunding].map(orderId => charges.find(orderId)))
  assert.deepEqual(
    left.map(charge => charge?.state),
    [undefined, 'charged', 'pending', 'refunding'],
  )
})
