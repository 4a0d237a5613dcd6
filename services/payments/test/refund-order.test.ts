import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeChargeOrder } from '../src/charge-order.ts'
import { makeRefundOrder } from '../src/refund-order.ts'
import { lamp, makeMemoryCharges, makeRecordedEvents, makeScriptedProvider, unanswered } from './fakes.ts'

test('a refund can be repeated and reaches the provider once', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  await charges.settle(lamp.orderId, 'charged')
  const provider = makeScriptedProvider({})
  const refundOrder = makeRefundOrder({ charges, provider, events: makeRecordedEvents() })

  const outcomes = [await refundOrder(lamp.orderId), await refundOrder(lamp.orderId)].map(result => result.outcome)

  assert.deepEqual(outcomes, ['refunded', 'refunded'])
  assert.deepEqual(provider.asked, [`refund ${lamp.orderId}`])
})

test('an unanswered charge is settled first: charged after all, then refunded', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  const provider = makeScriptedProvider({ charges: [{ outcome: 'approved' }] })
  const refundOrder = makeRefundOrder({ charges, provider, events: makeRecordedEvents() })

  const result = await refundOrder(lamp.orderId)

  assert.equal(result.outcome, 'refunded')
  assert.deepEqual(provider.asked, [`charge ${lamp.orderId}`, `refund ${lamp.orderId}`])
})

test('an unanswered charge that turns out declined needs no refund', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  const provider = makeScriptedProvider({ charges: [{ outcome: 'declined', reason: 'card_expired' }] })
  const refundOrder = makeRefundOrder({ charges, provider, events: makeRecordedEvents() })

  const result = await refundOrder(lamp.orderId)

  assert.equal(result.outcome, 'nothing-charged')
  assert.equal(charges.rows.get(lamp.orderId)?.state, 'declined')
})

test('a refund that overtakes its charge keeps the late charge from happening', async () => {
  const charges = makeMemoryCharges()
  const provider = makeScriptedProvider({})
  const ports = { charges, provider, events: makeRecordedEvents() }

  const refunded = await makeRefundOrder(ports)(lamp.orderId)
  const charged = await makeChargeOrder(ports)(lamp)

  assert.equal(refunded.outcome, 'nothing-charged')
  assert.equal(charged.outcome, 'already-refunded')
  assert.deepEqual(provider.asked, [])
})

test('a refund the provider does not answer leaves the charge as it was, to be asked again', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  await charges.settle(lamp.orderId, 'charged')
  const provider = makeScriptedProvider({ refunds: [unanswered, { outcome: 'refunded' }] })
  const refundOrder = makeRefundOrder({ charges, provider, events: makeRecordedEvents() })

  const first = await refundOrder(lamp.orderId)
  const stateAfterFirst = charges.rows.get(lamp.orderId)?.state
  const second = await refundOrder(lamp.orderId)

  assert.equal(first.outcome, 'unanswered')
  assert.equal(stateAfterFirst, 'charged')
  assert.equal(second.outcome, 'refunded')
})
