import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp, checkOut, orderBody } from './build-test-app.ts'

const item = { productId: 11, quantity: 1 }

for (const [what, body, field] of [
  ['without an e-mail address', { ...orderBody, email: undefined }, 'body.email'],
  ['with an e-mail address that is none', { ...orderBody, email: 'ada' }, 'body.email'],
  ['to a country we do not ship to', { ...orderBody, country: 'ZZ' }, 'body.country'],
  ['of nothing', { ...orderBody, items: [] }, 'body.items'],
  ['of half a lamp', { ...orderBody, items: [{ ...item, quantity: 0.5 }] }, 'body.items.0.quantity'],
  ['of no lamp', { ...orderBody, items: [{ ...item, quantity: 0 }] }, 'body.items.0.quantity'],
  ['of too many lamps', { ...orderBody, items: [item, { ...item, quantity: 21 }] }, 'body.items.1.quantity'],
  ['with a field we do not know', { ...orderBody, price: 1 }, 'body.price'],
] as const) {
  test(`an order ${what} is refused, and the field is named`, async t => {
    const { app, orders } = buildTestApp(t)

    const reply = await checkOut(app, { body })

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().error, 'invalid')
    assert.equal(reply.json().field, field)
    assert.equal(orders.rows.length, 0)
  })
}

test('an order to a country we do not ship to names those that we do', async t => {
  const { app } = buildTestApp(t)

  const reply = await checkOut(app, { body: { ...orderBody, country: 'ZZ' } })

  assert.deepEqual(reply.json().allowed, ['US', 'GB', 'DE', 'FR', 'JP', 'BR', 'IN'])
})

test('a body that is not JSON is refused', async t => {
  const { app } = buildTestApp(t)

  const reply = await checkOut(app, { body: '{"email": ' })

  assert.equal(reply.statusCode, 400)
  assert.equal(reply.json().error, 'invalid')
})

test('a body that is too large is refused', async t => {
  const { app } = buildTestApp(t)

  const reply = await checkOut(app, { body: { ...orderBody, note: 'x'.repeat(20_000) } })

  assert.equal(reply.statusCode, 413)
  assert.equal(reply.json().error, 'too_large')
})

for (const [what, key] of [
  ['is too short', 'short'],
  ['holds a NUL', 'a-key-of-\u0000-mine'],
  ['holds half a sign', 'a-key-of-\ud800-mine'],
  ['is not of ASCII', 'a-key-of-mine-\u00e9'],
] as const) {
  test(`an idempotency key that ${what} is refused`, async t => {
    const { app, orders } = buildTestApp(t)

    const reply = await checkOut(app, { key })

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().field, 'headers.idempotency-key')
    assert.equal(orders.rows.length, 0)
  })
}
