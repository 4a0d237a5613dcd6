import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp } from './build-test-app.ts'
import { fakeStock } from './fakes.ts'

test('what is there of a product can be asked', async t => {
  const level = { productId: 11, available: 7, held: 2, threshold: 40 }
  const { app } = buildTestApp(t, { stock: fakeStock({ find: async () => level }) })

  const reply = await app.inject({ method: 'GET', url: '/stock/11' })

  assert.deepEqual(reply.json(), level)
})

test('of a product that we do not know nothing is told', async t => {
  const { app } = buildTestApp(t, { stock: fakeStock({ find: async () => undefined }) })

  const reply = await app.inject({ method: 'GET', url: '/stock/999' })

  assert.equal(reply.statusCode, 404)
})

test('stock is set by hand', async t => {
  const stock = fakeStock({
    set: async (productId, { available, threshold = 40 }) => ({ productId, available, held: 0, threshold }),
  })
  const { app } = buildTestApp(t, { stock })

  const reply = await app.inject({ method: 'PUT', url: '/stock/11', body: { available: 3, threshold: 0 } })

  assert.deepEqual(reply.json(), { productId: 11, available: 3, held: 0, threshold: 0 })
})

test('stock is not set below nothing', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'PUT', url: '/stock/11', body: { available: -1 } })

  assert.equal(reply.statusCode, 400)
  assert.equal(reply.json().field, 'body.available')
})
