import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '@techmart/platform/testing'
import { makeChargeOrder } from '../src/charge-order.ts'
import type { ProviderAnswer } from '../src/provider-client.ts'
import { lamp, makeMemoryCharges, makeRecordedEvents, makeScriptedProvider, unanswered } from './fakes.ts'

test('an order is charged once, however often it is asked', async () => {
  const charges = makeMemoryCharges()
  const provider = makeScriptedProvider({ charges: [{ outcome: 'approved' }] })
  const events = makeRecordedEvents()
  const chargeOrder = makeChargeOrder({ charges, provider, events })

  const outcomes = [await chargeOrder(lamp), await chargeOrder(lamp)].map(result => result.outcome)

  assert.deepEqual(outcomes, ['charged', 'charged'])
  assert.deepEqual(provider.asked, [`charge ${lamp.orderId}`])
  assert.deepEqual(events.happened, ['approved'])
})

test('a declined card is declined again without asking the provider again', async () => {
  const declined = { outcome: 'declined', reason: 'card_expired' } as const
  const provider = makeScriptedProvider({ charges: [declined, { outcome: 'approved' }] })
  const chargeOrder = makeChargeOrder({ charges: makeMemoryCharges(), provider, events: makeRecordedEvents() })

  const results = [await chargeOrder(lamp), await chargeOrder(lamp)]

  assert.deepEqual(results, [declined, declined])
})

test('the row is pending before the provider is asked', async () => {
  const charges = makeMemoryCharges()
  let stateWhileAsked: string | undefined
  const answer = async () => {
    stateWhileAsked = charges.rows.get(lamp.orderId)?.state
    return { outcome: 'approved' } as const
  }
  const chargeOrder = makeChargeOrder({
    charges,
    provider: makeScriptedProvider({ charges: [answer] }),
    events: makeRecordedEvents(),
  })

  await chargeOrder(lamp)

  assert.equal(stateWhileAsked, 'pending')
})

test('an unanswered charge stays pending, and the next request settles it under the same key', async () => {
  const charges = makeMemoryCharges()
  const provider = makeScriptedProvider({ charges: [unanswered, { outcome: 'approved' }] })
  const events = makeRecordedEvents()
  const chargeOrder = makeChargeOrder({ charges, provider, events })

  const first = await chargeOrder(lamp)
  const stateAfterFirst = charges.rows.get(lamp.orderId)?.state
  const second = await chargeOrder(lamp)

  assert.equal(first.outcome, 'unanswered')
  assert.equal(stateAfterFirst, 'pending')
  assert.equal(second.outcome, 'charged')
  assert.deepEqual(events.happened, ['failed', 'approved'])
})

for (const answer of [{ outcome: 'approved' }, unanswered] as const) {
  test(`a slow charge that is asked for again meanwhile is one question, one answer and one event: ${answer.outcome}`, async () => {
    const slow = Promise.withResolvers<ProviderAnswer>()
    const provider = makeScriptedProvider({ charges: [() => slow.promise] })
    const events = makeRecordedEvents()
    const chargeOrder = makeChargeOrder({ charges: makeMemoryCharges(), provider, events })

    const both = Promise.all([chargeOrder(lamp), chargeOrder(lamp)])
    await eventually(() => assert.ok(provider.asked.length > 0), { withinMs: 10_000 })
    slow.resolve(answer)
    const [first, second] = await both

    assert.deepEqual(second, first)
    assert.deepEqual(provider.asked, [`charge ${lamp.orderId}`])
    assert.equal(events.happened.length, 1)
  })
}

test('a charge that two replicas heard of is counted by the one that wrote it down', async () => {
  const charges = makeMemoryCharges()
  const events = makeRecordedEvents()
  const faster = makeChargeOrder({ charges, provider: makeScriptedProvider({}), events })
  const overtaken = async () => {
    await faster(lamp)
    return { outcome: 'approved' } as const
  }
  const slower = makeChargeOrder({ charges, provider: makeScriptedProvider({ charges: [overtaken] }), events })

  const result = await slower(lamp)

  assert.equal(result.outcome, 'charged')
  assert.deepEqual(events.happened, ['approved'])
})

test('the same order with another amount or country is refused', async () => {
  const chargeOrder = makeChargeOrder({
    charges: makeMemoryCharges(),
    provider: makeScriptedProvider({}),
    events: makeRecordedEvents(),
  })
  await chargeOrder(lamp)

  const results = [await chargeOrder({ ...lamp, amountCents: 1_31 }), await chargeOrder({ ...lamp, country: 'US' })]

  assert.deepEqual(
    results.map(result => result.outcome),
    ['key-reused', 'key-reused'],
  )
})

test('an open circuit answers at once and leaves no row behind', async () => {
  const charges = makeMemoryCharges()
  const provider = makeScriptedProvider({ refusing: true })
  const events = makeRecordedEvents()
  const chargeOrder = makeChargeOrder({ charges, provider, events })

  const result = await chargeOrder(lamp)

  assert.equal(result.outcome, 'unanswered')
  assert.equal(charges.rows.size, 0)
  assert.deepEqual(provider.asked, [])
  assert.deepEqual(events.happened, ['circuit_open'])
})

test('an open circuit still tells of a charge that was made before', async () => {
  const charges = makeMemoryCharges()
  await charges.begin(lamp)
  await charges.settle(lamp.orderId, 'charged')
  const provider = makeScriptedProvider({ refusing: true })
  const chargeOrder = makeChargeOrder({ charges, provider, events: makeRecordedEvents() })

  const result = await chargeOrder(lamp)

  assert.equal(result.outcome, 'charged')
})

test('an order that is refunded while it is being charged does not count as charged', async () => {
  const charges = makeMemoryCharges()
  const answer = async () => {
    await charges.settle(lamp.orderId, 'refunded')
    return { outcome: 'approved' } as const
  }
  const provider = makeScriptedProvider({ charges: [answer] })
  const chargeOrder = makeChargeOrder({ charges, provider, events: makeRecordedEvents() })

  const result = await chargeOrder(lamp)

  assert.equal(result.outcome, 'already-refunded')
})
