import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp } from './build-test-app.ts'
import { fakeShelves } from './fakes.ts'

const level = { productId: 11, available: 7, held: 2, threshold: 40 }
const admin = { 'x-techmart-role': 'admin' }

test('stock is paged through by anybody', async t => {
  const asked: unknown[] = []
  const shelves = fakeShelves({
    list: async question => {
      asked.push(question)
      return { items: [level], total: 31 }
    },
  })
  const { app } = buildTestApp(t, { shelves })

  const reply = await app.inject({ url: '/api/inventory?page=2&pageSize=30&belowThreshold=true' })

  assert.deepEqual(reply.json(), { items: [level], page: 2, pageSize: 30, total: 31 })
  assert.deepEqual(asked, [{ page: 2, pageSize: 30, belowThreshold: true }])
})

test('one product is shown with what last came and went', async t => {
  const item = { ...level, movements: [{ quantity: -2, reason: 'sold', at: '2026-01-01T00:00:00.000Z' } as const] }
  const { app } = buildTestApp(t, { shelves: fakeShelves({ find: async () => item }) })

  const reply = await app.inject({ url: '/api/inventory/11' })

  assert.deepEqual(reply.json(), item)
})

test('a product of which no stock is kept is not found, and the field is named', async t => {
  const { app } = buildTestApp(t, { shelves: fakeShelves({ find: async () => undefined }) })

  const reply = await app.inject({ url: '/api/inventory/999' })

  assert.equal(reply.statusCode, 404)
  assert.equal(reply.json().field, 'params.id')
})

for (const [asked, productIds] of [
  ['', undefined],
  ['?productId=11', [11]],
  ['?productId=11&productId=12', [11, 12]],
] as const) {
  test(`stock levels${asked} tell no more than how many can be bought`, async t => {
    const questions: unknown[] = []
    const shelves = fakeShelves({
      list: async question => {
        questions.push(question)
        return { items: [level], total: 1 }
      },
    })
    const { app } = buildTestApp(t, { shelves })

    const reply = await app.inject({ url: `/api/stock-levels${asked}` })

    assert.deepEqual(reply.json(), { levels: [{ productId: 11, available: 7 }], page: 1, pageSize: 100, total: 1 })
    assert.deepEqual(questions, [{ page: 1, pageSize: 100, productIds }])
  })
}

for (const [isNew, status] of [
  [false, 200],
  [true, 201],
] as const) {
  test(`received stock is answered ${status} and written down once`, async t => {
    const shelves = fakeShelves({ change: async () => ({ outcome: 'changed', level, isNew, repeated: false }) })
    const { app, log } = buildTestApp(t, { shelves })
    const body = { productId: 11, change: 'receive', quantity: 5 }

    const reply = await app.inject({ method: 'POST', url: '/api/inventory', headers: admin, body })

    assert.equal(reply.statusCode, status)
    assert.deepEqual(reply.json(), level)
    assert.deepEqual(
      log.lines.map(line => line.message),
      ['stock changed by hand'],
    )
  })
}

for (const [outcome, status, error] of [
  ['too-much', 400, 'invalid'],
  ['key-reused', 422, 'key_reused'],
] as const) {
  test(`a change that is ${outcome} answers ${status}`, async t => {
    const shelves = fakeShelves({ change: async () => ({ outcome, available: 999_999 }) })
    const { app } = buildTestApp(t, { shelves })
    const body = { productId: 11, change: 'receive', quantity: 5 }

    const reply = await app.inject({ method: 'POST', url: '/api/inventory', headers: admin, body })

    assert.equal(reply.statusCode, status)
    assert.equal(reply.json().error, error)
  })
}

for (const [role, status] of [
  ['anonymous', 401],
  ['user', 403],
  ['test', 403],
] as const) {
  test(`${role} cannot change stock`, async t => {
    const { app } = buildTestApp(t)
    const body = { productId: 11, change: 'set', quantity: 5 }

    const reply = await app.inject({
      method: 'POST',
      url: '/api/inventory',
      headers: { 'x-techmart-role': role },
      body,
    })

    assert.equal(reply.statusCode, status)
  })
}
