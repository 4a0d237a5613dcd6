// What stands on the store's pages, and what becomes of what a shopper does there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeElement } from './fake-page.ts'
import { openStore } from './open-store.ts'

const unavailable = [503, { error: 'unavailable', message: 'This is not available just now.' }] as const
const invalid = [400, { error: 'invalid', message: 'params.id is not a valid uuid.', field: 'params.id' }] as const

const toLabels = (elements: readonly FakeElement[]) => elements.map(({ label }) => label)
const toLinks = (main: FakeElement) => main.all('a').map(({ label, href }) => [label, href])

for (const [what, path, answers] of [
  ['product', '/products/2147483000', {}],
  ['product', '/products/99999999999', { 'GET /api/products/99999999999': invalid }],
  ['order', '/orders/0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11', {}],
  ['order', '/orders/no-such', { 'GET /api/orders/no-such': invalid }],
] as const) {
  test(`${path} is said to be no ${what}, with the way to what there is, and nothing to try again`, async t => {
    const { main, page, follow } = await openStore(t, '/', { answers })

    await follow(path)

    assert.deepEqual(toLabels(main.all('h1')), [`There is no such ${what}`])
    assert.equal(page.title, `There is no such ${what} · TechMart`)
    assert.equal(page.activeElement, main.all('h1')[0])
    assert.deepEqual(toLinks(main), [['To all products', '/']])
    assert.deepEqual(main.all('button'), [])
    assert.doesNotMatch(main.textContent, /params|thing/)
  })
}

test('a product that cannot be read just now may be tried again', async t => {
  const { main, page } = await openStore(t, '/products/11', { answers: { 'GET /api/products/11': unavailable } })

  assert.deepEqual(toLabels(main.all('h1')), ['This page cannot be shown'])
  assert.equal(page.title, 'This page cannot be shown · TechMart')
  assert.deepEqual(toLabels(main.all('button')), ['Try again'])
})

test('a job that is not there any more is said to be gone, and is not asked for again', async t => {
  const { main } = await openStore(t, '/admin?job=0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11', {
    who: 'shop',
    answers: { 'GET /api/inventory': unavailable },
  })

  const [job, stock] = main.all('section').slice(-2)
  assert.match(job?.textContent ?? '', /^Job.*removed/)
  assert.deepEqual(toLabels(job?.all('button') ?? []), [])
  assert.deepEqual(toLabels(stock?.all('button') ?? []), ['Change stock', 'Try again'])
})
