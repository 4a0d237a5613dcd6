import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp } from './build-test-app.ts'
import { fakeReviews, kettle, lamp, lostReply } from './fakes.ts'

test('products come in pages', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: '/api/products?page=2&pageSize=1' })

  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), { products: [kettle], page: 2, pageSize: 1, total: 2 })
})

test('products are listed by category', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: '/api/products?category=Lighting' })

  assert.deepEqual(reply.json().products, [lamp])
})

test('one product is looked at', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: `/api/products/${lamp.id}` })

  assert.deepEqual(reply.json(), { ...lamp, rating: { average: null, count: 0 } })
})

test('a product is shown without its stars while the reviews cannot be read', async t => {
  const lost = async () => {
    throw lostReply('postgres')
  }
  const { app } = buildTestApp(t, { reviews: fakeReviews({ overrides: { rate: lost } }) })

  const reply = await app.inject({ method: 'GET', url: `/api/products/${lamp.id}` })

  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), lamp)
})

test('a product that does not exist is not found', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: '/api/products/999' })

  assert.equal(reply.statusCode, 404)
})

for (const [url, field] of [
  ['/api/products?page=0', 'query.page'],
  ['/api/products?pageSize=101', 'query.pageSize'],
  ['/api/products?colour=red', 'query.colour'],
  ['/api/products?category=%00', 'query.category'],
  ['/api/products/eleven', 'params.id'],
] as const) {
  test(`${url} is refused, and ${field} is named`, async t => {
    const { app } = buildTestApp(t)

    const reply = await app.inject({ method: 'GET', url })

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().field, field)
  })
}
