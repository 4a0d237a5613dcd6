import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp, countOf } from './build-test-app.ts'
import { fakeSearch, kettle, lamp } from './fakes.ts'

const searchUrl = (query: Record<string, string>) => `/api/products/search?${new URLSearchParams(query)}`

test('what is typed is found and counted', async t => {
  const { app, metrics } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: searchUrl({ q: 'reading lamp' }) })

  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), { products: [lamp], page: 1, pageSize: 20, total: 1 })
  assert.equal(await countOf(metrics, 'product_searches_total', { outcome: 'found' }), 1)
})

test('a search comes in pages and by category', async t => {
  const { app } = buildTestApp(t, { search: fakeSearch([lamp, { ...lamp, id: 13 }, kettle]) })

  const page = await app.inject({ method: 'GET', url: searchUrl({ q: 'e', page: '2', pageSize: '2' }) })
  const filtered = await app.inject({ method: 'GET', url: searchUrl({ q: 'e', category: 'Kitchen' }) })

  assert.deepEqual(page.json(), { products: [kettle], page: 2, pageSize: 2, total: 3 })
  assert.deepEqual(filtered.json().products, [kettle])
})

test('a typing mistake is forgiven, and the answer says what was searched for instead', async t => {
  const { app, metrics } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: searchUrl({ q: 'Raeding lapm' }) })

  assert.deepEqual(reply.json().products, [lamp])
  assert.equal(reply.json().correctedTo, 'reading lamp')
  assert.equal(await countOf(metrics, 'product_searches_total', { outcome: 'corrected' }), 1)
})

test('what matches is never bent into something else', async t => {
  const search = fakeSearch([lamp], ['lamps'])
  const { app } = buildTestApp(t, { search })

  const reply = await app.inject({ method: 'GET', url: searchUrl({ q: 'lamp' }) })

  assert.equal('correctedTo' in reply.json(), false)
  assert.equal(search.asked.length, 1)
})

test('what no product is like is found nowhere, and is no error', async t => {
  const { app, metrics } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: searchUrl({ q: 'zzzzzz' }) })

  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), { products: [], page: 1, pageSize: 20, total: 0 })
  assert.equal(await countOf(metrics, 'product_searches_total', { outcome: 'nothing' }), 1)
})

test('the word search is no product id', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: '/api/products/search' })

  assert.equal(reply.statusCode, 400)
  assert.equal(reply.json().field, 'query.q')
})

for (const [query, field] of [
  ['q=', 'query.q'],
  ['q=%20%20%09', 'query.q'],
  ['q=lamp%00', 'query.q'],
  ['q=lamp&q=kettle', 'query.q'],
  [`q=${'x'.repeat(101)}`, 'query.q'],
  ['q=lamp&category=', 'query.category'],
  ['q=lamp&page=0', 'query.page'],
  ['q=lamp&pageSize=101', 'query.pageSize'],
  ['q=lamp&sort=price', 'query.sort'],
] as const) {
  test(`a search with ${query.slice(0, 40)} is refused, and ${field} is named`, async t => {
    const { app } = buildTestApp(t)

    const reply = await app.inject({ method: 'GET', url: `/api/products/search?${query}` })

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().field, field)
  })
}
