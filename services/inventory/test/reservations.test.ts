import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMetric } from '@techmart/platform/testing'
import { buildTestApp } from './build-test-app.ts'
import { fakeReservations } from './fakes.ts'

const orderId = '0b8f4c1e-0d53-4f0a-9a55-000000000011'
const held = { orderId, state: 'held', expiresAt: '2026-01-01T00:10:00.000Z' } as const
const body = {
  orderId,
  items: [
    { productId: 12, quantity: 1 },
    { productId: 11, quantity: 2 },
  ],
}

test('stock is held for an order', async t => {
  const reservations = fakeReservations({
    reserve: async () => ({ outcome: 'held', reservation: held, repeated: false }),
  })
  const { app, metrics } = buildTestApp(t, { reservations })

  const reply = await app.inject({ method: 'POST', url: '/reservations', body })

  assert.equal(reply.statusCode, 201)
  assert.deepEqual(reply.json(), held)
  assert.equal((await readMetric(metrics, 'reservations_total'))['outcome=held'], 1)
})

test('a repeated request for stock is answered alike and counted once', async t => {
  const reservations = fakeReservations({
    reserve: async () => ({ outcome: 'held', reservation: held, repeated: true }),
  })
  const { app, metrics } = buildTestApp(t, { reservations })

  const reply = await app.inject({ method: 'POST', url: '/reservations', body })

  assert.equal(reply.statusCode, 201)
  assert.equal((await readMetric(metrics, 'reservations_total'))['outcome=held'], 0)
})

test('a shortage names the line of the order and what is left', async t => {
  const reservations = fakeReservations({
    reserve: async () => ({ outcome: 'out-of-stock', productId: 11, available: 1 }),
  })
  const { app, metrics } = buildTestApp(t, { reservations })

  const reply = await app.inject({ method: 'POST', url: '/reservations', body })

  assert.equal(reply.statusCode, 409)
  const { error, field, allowed } = reply.json()
  assert.deepEqual({ error, field, allowed }, { error: 'out_of_stock', field: 'body.items.1', allowed: [1] })
  assert.equal((await readMetric(metrics, 'reservations_total'))['outcome=out_of_stock'], 1)
})

test('an order that was released gets no stock any more', async t => {
  const reservations = fakeReservations({ reserve: async () => ({ outcome: 'released' }) })
  const { app } = buildTestApp(t, { reservations })

  const reply = await app.inject({ method: 'POST', url: '/reservations', body })

  assert.equal(reply.statusCode, 409)
  assert.equal(reply.json().error, 'conflict')
})

for (const [outcome, status] of [
  ['unknown', 404],
  ['released', 409],
] as const) {
  test(`committing a reservation that is ${outcome} answers ${status}`, async t => {
    const { app } = buildTestApp(t, { reservations: fakeReservations({ commit: async () => ({ outcome }) }) })

    const reply = await app.inject({ method: 'POST', url: `/reservations/${orderId}/commit` })

    assert.equal(reply.statusCode, status)
  })
}

for (const [outcome, status] of [
  ['nothing-held', 204],
  ['sold', 409],
] as const) {
  test(`releasing a reservation that is ${outcome} answers ${status}`, async t => {
    const { app } = buildTestApp(t, { reservations: fakeReservations({ release: async () => ({ outcome }) }) })

    const reply = await app.inject({ method: 'POST', url: `/reservations/${orderId}/release` })

    assert.equal(reply.statusCode, status)
  })
}

for (const [what, bad, field] of [
  ['of half a lamp', { ...body, items: [{ productId: 11, quantity: 0.5 }] }, 'body.items.0.quantity'],
  ['for an order that is none', { ...body, orderId: 'eleven' }, 'body.orderId'],
  ['of nothing', { ...body, items: [] }, 'body.items'],
] as const) {
  test(`a reservation ${what} is refused, and the field is named`, async t => {
    const { app } = buildTestApp(t)

    const reply = await app.inject({ method: 'POST', url: '/reservations', body: bad })

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().field, field)
  })
}
