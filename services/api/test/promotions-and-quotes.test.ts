import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp } from './build-test-app.ts'
import { fakeCarrier, fakePromotions, tenPercent } from './fake-order-parts.ts'
import { lostReply } from './fakes.ts'

const get = (app: ReturnType<typeof buildTestApp>['app'], url: string) => app.inject({ method: 'GET', url })

test('a promotion is shown to everybody, with what it takes off and how many uses are left', async t => {
  const limited = { ...tenPercent, useLimit: 100, uses: 58 }
  const { app } = buildTestApp(t, { promotions: fakePromotions([limited]) })

  const reply = await get(app, '/api/promotions/ten')

  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), {
    code: 'TEN',
    kind: 'percentage',
    percent: 10,
    cents: null,
    state: 'active',
    startsAt: '2026-01-01T00:00:00.000Z',
    endsAt: null,
    usesLeft: 42,
  })
})

for (const [code, state] of [
  ['FIVE', 'active'],
  ['OVER', 'expired'],
  ['EARLY', 'not_started'],
  ['USED', 'used_up'],
] as const) {
  test(`the promotion ${code} is ${state}`, async t => {
    const { app } = buildTestApp(t)

    const reply = await get(app, `/api/promotions/${code}`)

    assert.equal(reply.json().state, state)
  })
}

test('a promotion that does not exist is not found, and a code that cannot be one is refused', async t => {
  const { app } = buildTestApp(t)

  const unknown = await get(app, '/api/promotions/NOBODY')
  const wrong = await get(app, '/api/promotions/..%2F%00')

  assert.deepEqual([unknown.statusCode, unknown.json().error], [404, 'not_found'])
  assert.deepEqual([wrong.statusCode, wrong.json().field], [400, 'params.code'])
})

test("a quote is the carrier's price for the country and the pieces", async t => {
  const carrier = fakeCarrier(8_15)
  const { app } = buildTestApp(t, { carrier })

  const reply = await get(app, '/api/shipping-quotes?country=JP&pieces=4')

  assert.deepEqual(reply.json(), { country: 'JP', pieces: 4, cents: 8_15, source: 'carrier' })
  assert.deepEqual(carrier.asked, [{ country: 'JP', pieces: 4 }])
})

test('a quote is the flat rate while the carrier gives no price', async t => {
  const quote = async () => {
    throw lostReply('carrier')
  }
  const { app } = buildTestApp(t, { carrier: { quote } })

  const reply = await get(app, '/api/shipping-quotes?country=JP&pieces=4')

  assert.deepEqual([reply.statusCode, reply.json()], [200, { country: 'JP', pieces: 4, cents: 6_90, source: 'flat' }])
})

for (const [query, field] of [
  ['pieces=1', 'query.country'],
  ['country=XX&pieces=1', 'query.country'],
  ['country=US', 'query.pieces'],
  ['country=US&pieces=0', 'query.pieces'],
  ['country=US&pieces=401', 'query.pieces'],
  ['country=US&pieces=one', 'query.pieces'],
] as const) {
  test(`a quote for ${query} is refused, and ${field} is named`, async t => {
    const { app } = buildTestApp(t)

    const reply = await get(app, `/api/shipping-quotes?${query}`)

    assert.deepEqual([reply.statusCode, reply.json().field], [400, field])
  })
}
