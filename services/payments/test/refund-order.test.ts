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

test('that an order is being refunded is written down before the provider is asked to give the money back', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  await charges.settle(lamp.orderId, 'charged')
  let stateWhileAsked: string | undefined
  const answer = async () => {
    stateWhileAsked = charges.rows.get(lamp.orderId)?.state
    return { outcome: 'refunded' } as const
  }
  const provider = makeScriptedProvider({ refunds: [answer] })

  await makeRefundOrder({ charges, provider, events: makeRecordedEvents() })(lamp.orderId)

  assert.equal(stateWhileAsked, 'refunding')
})

test('a refund the provider does not answer goes on as one when it is asked again, and is no charge in between', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  await charges.settle(lamp.orderId, 'charged')
  const provider = makeScriptedProvider({ refunds: [unanswered, { outcome: 'refunded' }] })
  const ports = { charges, provider, events: makeRecordedEvents() }

  const first = await makeRefundOrder(ports)(lamp.orderId)
  const stateAfterFirst = charges.rows.get(lamp.orderId)?.state
  const charged = await makeChargeOrder(ports)(lamp)
  const second = await makeRefundOrder(ports)(lamp.orderId)

  assert.equal(first.outcome, 'unanswered')
  assert.equal(stateAfterFirst, 'refunding')
  assert.equal(charged.outcome, 'already-refunded')
  assert.equal(second.outcome, 'refunded')
  assert.deepEqual(provider.asked, [`refund ${lamp.orderId}`, `refund ${lamp.orderId}`])
})

test('a charge that is approved while its order is being refunded is given back, and never stands as charged', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  let late: string | undefined
  let stateAfterLate: string | undefined
  const overtaken = async () => {
    late = (await makeChargeOrder({ ...ports, provider: makeScriptedProvider({}) })(lamp)).outcome
    stateAfterLate = charges.rows.get(lamp.orderId)?.state
    return { outcome: 'approved' } as const
  }
  const provider = makeScriptedProvider({ charges: [overtaken] })
  const ports = { charges, provider, events: makeRecordedEvents() }

  const refunded = await makeRefundOrder(ports)(lamp.orderId)

  assert.deepEqual([late, stateAfterLate], ['already-refunded', 'refunding'])
  assert.equal(refunded.outcome, 'refunded')
})
