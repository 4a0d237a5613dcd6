// What stands on the store's pages, and what becomes of what a shopper does there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Order } from '@techmart/contracts/order-routes'
import type { FakeElement } from './fake-page.ts'
import { type Answer, openStore } from './open-store.ts'

const unavailable = [503, { error: 'unavailable', message: 'This is not available just now.' }] as const
const invalid = [400, { error: 'invalid', message: 'params.id is not a valid uuid.', field: 'params.id' }] as const

const lamp = {
  id: 11,
  name: 'Halden Desk Lamp, brass',
  category: 'Lighting',
  priceCents: 4_900,
  description: 'A lamp.',
}

const toLabels = (elements: readonly FakeElement[]) => elements.map(({ label }) => label)
const findField = (main: FakeElement, name: string) =>
  main.all('input').find(({ attributes }) => attributes.get('name') === name)
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

test('one review is not called reviews, and one star no stars', async t => {
  const product = { ...lamp, rating: { average: 4, count: 1 } }

  const { main } = await openStore(t, '/products/11', {
    answers: { 'GET /api/products/11': [200, product] },
    kept: { who: 'ada' },
  })

  assert.deepEqual(toLabels(main.all('a').filter(({ href }) => href === '#reviews')), ['1 review'])
  const stars = main.all('input').filter(({ attributes }) => attributes.get('type') === 'radio')
  assert.deepEqual(toLabels(stars).slice(-2), ['2 stars', '1 star'])
})

test('a job that is not there any more is said to be gone, and is not asked for again', async t => {
  const { main } = await openStore(t, '/admin?job=0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11', {
    kept: { who: 'shop' },
    answers: { 'GET /api/inventory': unavailable },
  })

  const [job, stock] = main.all('section').slice(-2)
  assert.match(job?.textContent ?? '', /^Job.*removed/)
  assert.deepEqual(toLabels(job?.all('button') ?? []), [])
  assert.deepEqual(toLabels(stock?.all('button') ?? []), ['Change stock', 'Try again'])
})

/** Two past orders of a sample customer. */
const ids = ['7ec4a127-0001-4000-8000-000000010000', '7ec4a127-0001-4000-8000-000000010001']

test('orders of one day, of the same sum and from the same hand have links of different names', async t => {
  const orders = ids.map(
    id =>
      ({ id, createdAt: '2026-11-21T12:00:00Z', items: [], state: 'confirmed', totalCents: 2_599 }) as Partial<Order>,
  )
  const answers = { 'GET /api/orders': [200, { orders, page: 1, pageSize: 10, total: 2 }] } as const

  const { main } = await openStore(t, '/orders', { answers, kept: { who: 'ada' } })

  assert.deepEqual(toLinks(main), [
    ['Order 00010000, 21 November 2026', `/orders/${ids[0]}`],
    ['Order 00010001, 21 November 2026', `/orders/${ids[1]}`],
  ])
})

test('the orders of a window are named by what tells them apart', async t => {
  const kept = { 'order-keys': Object.fromEntries(ids.map(id => [id, 'a-key'])) }

  const { main } = await openStore(t, '/orders', { kept })

  assert.deepEqual(toLabels(main.all('a')), ['Order 00010000', 'Order 00010001'])
})

test('how many products are to be generated stays as it was typed, beside the job that made them and on the way back', async t => {
  const id = '0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11'
  const rows = { total: 700, written: 700, created: 700, refused: 0 }
  const answers = {
    'POST /api/admin/upload-products': [202, { id }],
    [`GET /api/admin/jobs/${id}`]: [200, { id, state: 'done', finishedAt: '2026-11-21T12:00:00Z', rows, errors: [] }],
  } as const
  const { main, follow, settle } = await openStore(t, '/admin', { answers, kept: { who: 'shop' } })
  const findCount = () => findField(main, 'count')
  const atFirst = findCount()?.value

  const count = findCount() as FakeElement
  count.value = '700'
  count.dispatch('input')
  main.all('form')[0]?.dispatch('submit')
  await settle()
  const besideJob = findCount()?.value
  await follow('/cart')
  await follow(`/admin?job=${id}`)

  assert.match(main.textContent, /700 of 700 rows written/)
  assert.deepEqual([atFirst, besideJob, findCount()?.value], ['500', '700', '700'])
})

test('products that could not be handed in are tried again under their key, whatever was handed in between', async t => {
  const answers: Record<string, Answer> = { 'POST /api/admin/upload-products': unavailable }
  const { main, asked, settle } = await openStore(t, '/admin', { answers, kept: { who: 'shop' } })
  const [generate, list] = main.all('form')
  const send = async (form?: FakeElement) => {
    form?.dispatch('submit')
    await settle()
  }

  await send(generate)
  answers['POST /api/admin/upload-products'] = [202, { id: 'job-1' }]
  await send(Object.assign(list as FakeElement, { file: { files: [{ text: async () => '[]' }] } }))
  await send(generate)
  await send(generate)

  const keys = asked.filter(({ what }) => what.startsWith('POST')).map(({ key }) => key)
  assert.deepEqual([keys.length, keys[0] === keys[2], new Set(keys).size], [4, true, 3])
})

test('a link to a part of the page leaves the page as it is, and what was typed there', async t => {
  const { main, page, follow, goBack } = await openStore(t, '/', { answers: { 'GET /api/products/11': [200, lamp] } })
  await follow('/products/11')
  const field = findField(main, 'quantity')
  if (field) field.value = '7'
  field?.focus()

  await follow('#reviews')
  await goBack()

  assert.deepEqual([findField(main, 'quantity')?.value, page.activeElement === field], ['7', true])
  assert.equal(page.title, 'Halden Desk Lamp, brass · TechMart')
})

test('the way back leads to the page before, and its heading has the focus', async t => {
  const { main, page, follow, goBack } = await openStore(t, '/', { answers: { 'GET /api/products/11': [200, lamp] } })
  await follow('/products/11')
  await follow('/cart')

  await goBack()

  assert.deepEqual(toLabels(main.all('h1')), ['Halden Desk Lamp, brass'])
  assert.equal(page.activeElement, main.all('h1')[0])
})
