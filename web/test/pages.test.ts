// What stands on the store's pages, and what becomes of what a shopper does there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Order } from '@techmart/contracts/order-routes'
import { type Answer, openStore } from './open-store.ts'

const unavailable = [503, { error: 'unavailable', message: 'This is not available just now.' }] as const
const invalid = [400, { error: 'invalid', message: 'params.id is not a valid uuid.', field: 'params.id' }] as const

const forbidden = [403, { error: 'forbidden', message: 'This order is not yours.' }] as const

const lamp = {
  id: 11,
  name: 'Halden Desk Lamp, brass',
  category: 'Lighting',
  priceCents: 4_900,
  description: 'A lamp.',
}
const lampAnswers = { 'GET /api/products/11': [200, lamp] } as const

/** As a screen reader says it. */
const toLabel = (element: Element) => (element.getAttribute('aria-label') ?? element.textContent).trim()
const findLabels = (main: Element | undefined, selector: string) =>
  Array.from(main?.querySelectorAll(selector) ?? [], toLabel)
const findLinks = (main: Element) =>
  Array.from(main.querySelectorAll('a'), link => [toLabel(link), link.getAttribute('href')])
const findField = (main: Element, name: string) => main.querySelector<HTMLInputElement>(`input[name=${name}]`)

for (const [what, path, answers] of [
  ['product', '/products/2147483000', {}],
  ['product', '/products/99999999999', { 'GET /api/products/99999999999': invalid }],
  ['order', '/orders/0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11', {}],
  ['order', '/orders/no-such', { 'GET /api/orders/no-such': invalid }],
] as const) {
  test(`${path} is said to be no ${what}, with the way to what there is, and nothing to try again`, async t => {
    const { main, document, follow } = await openStore(t, '/', { answers })

    await follow(path)

    assert.deepEqual(findLabels(main, 'h1'), [`There is no such ${what}`])
    assert.equal(document.title, `There is no such ${what} · TechMart`)
    assert.equal(document.activeElement?.localName, 'h1')
    assert.deepEqual(findLinks(main), [['To all products', '/']])
    assert.deepEqual(findLabels(main, 'button'), [])
    assert.doesNotMatch(main.textContent, /params|thing/)
  })
}

test('a product that cannot be read just now may be tried again', async t => {
  const { main, document } = await openStore(t, '/products/11', { answers: { 'GET /api/products/11': unavailable } })

  assert.deepEqual(findLabels(main, 'h1'), ['This page cannot be shown'])
  assert.equal(document.title, 'This page cannot be shown · TechMart')
  assert.deepEqual(findLabels(main, 'button'), ['Try again'])
})

test('who asks for an order of somebody else is sent to sign in, and has nothing to try again', async t => {
  const { main } = await openStore(t, '/orders/0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11', {
    answers: { 'GET /api/orders/0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11': forbidden },
  })

  assert.match(main.textContent, /sign in as who it belongs to/)
  assert.deepEqual(findLabels(main, 'button'), [])
})

test('one review is not called reviews, and one star no stars', async t => {
  const product = { ...lamp, rating: { average: 4, count: 1 } }

  const { main } = await openStore(t, '/products/11', {
    answers: { 'GET /api/products/11': [200, product] },
    kept: { who: 'ada' },
  })

  assert.deepEqual(findLabels(main, 'a[href="#reviews"]'), ['1 review'])
  assert.deepEqual(findLabels(main, '[type=radio]').slice(-2), ['2 stars', '1 star'])
})

test('a job that is not there any more is said to be gone, and is not asked for again', async t => {
  const { main } = await openStore(t, '/admin?job=0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11', {
    kept: { who: 'shop' },
    answers: { 'GET /api/inventory': unavailable },
  })

  const [job, stock] = [...main.querySelectorAll('section')].slice(-2)
  assert.match(job?.textContent ?? '', /^Job.*removed/)
  assert.deepEqual(findLabels(job, 'button'), [])
  assert.deepEqual(findLabels(stock, 'button'), ['Change stock', 'Try again'])
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

  assert.deepEqual(findLinks(main), [
    ['Order 00010000, 21 November 2026', `/orders/${ids[0]}`],
    ['Order 00010001, 21 November 2026', `/orders/${ids[1]}`],
  ])
})

test('the orders of a window are named by what tells them apart', async t => {
  const kept = { 'order-keys': Object.fromEntries(ids.map(id => [id, 'a-key'])) }

  const { main } = await openStore(t, '/orders', { kept })

  assert.deepEqual(findLabels(main, 'a'), ['Order 00010000', 'Order 00010001'])
})

test('how many products are to be generated stays as it was typed, beside the job that made them and on the way back', async t => {
  const id = '0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11'
  const rows = { total: 700, written: 700, created: 700, refused: 0 }
  const answers = {
    'POST /api/admin/upload-products': [202, { id }],
    [`GET /api/admin/jobs/${id}`]: [200, { id, state: 'done', finishedAt: '2026-11-21T12:00:00Z', rows, errors: [] }],
  } as const
  const { main, follow, fill, settle } = await openStore(t, '/admin', { answers, kept: { who: 'shop' } })
  const findCount = () => findField(main, 'count')
  const atFirst = findCount()?.value

  fill(findCount(), '700')
  main.querySelector('form')?.requestSubmit()
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
  const [generate, list] = main.querySelectorAll('form')
  const send = async (form?: HTMLFormElement) => {
    form?.requestSubmit()
    await settle()
  }

  await send(generate)
  answers['POST /api/admin/upload-products'] = [202, { id: 'job-1' }]
  Object.assign(findField(main, 'file') ?? {}, { files: [new File(['[]'], 'products.json')] })
  await send(list)
  await send(generate)
  await send(generate)

  const keys = asked.filter(({ what }) => what.startsWith('POST')).map(({ key }) => key)
  assert.deepEqual([keys.length, keys[0] === keys[2], new Set(keys).size], [4, true, 3])
})

test('a link to a part of the page leaves the page as it is, and what was typed there', async t => {
  const { main, document, follow, fill, goBack } = await openStore(t, '/', { answers: lampAnswers })
  await follow('/products/11')
  const field = findField(main, 'quantity')
  fill(field, '7')
  field?.focus()

  await follow('#reviews')
  await goBack()

  assert.deepEqual([findField(main, 'quantity')?.value, document.activeElement === field], ['7', true])
  assert.equal(document.title, 'Halden Desk Lamp, brass · TechMart')
})

test('the way back leads to the page before, and its heading has the focus', async t => {
  const { main, document, follow, goBack } = await openStore(t, '/', { answers: lampAnswers })
  await follow('/products/11')
  await follow('/cart')

  await goBack()

  assert.deepEqual(findLabels(main, 'h1'), ['Halden Desk Lamp, brass'])
  assert.equal(document.activeElement?.localName, 'h1')
})

test('whoever follows a link while the search waits for another letter stays where the link led', async t => {
  const { main, document, follow, fill } = await openStore(t, '/', { answers: lampAnswers })

  fill(document.querySelector('#search'), 'lam')
  await follow('/products/11')
  // Longer than the search waits.
  await sleep(400)

  assert.deepEqual(findLabels(main, 'h1'), ['Halden Desk Lamp, brass'])
})

/** As many reviews as a page of them holds, of so many in all. */
const toReviews = (count: number, total: number): Answer => {
  const review = { rating: 4, title: 'Good', text: 'It does what it should.', author: 'Ada', writtenAt: '2026-11-21' }
  return [200, { reviews: Array.from({ length: count }, () => review), page: 1, pageSize: count, total }]
}

test('more reviews are shown where the first ones stay, the focus stays among them, and then there are no more to ask for', async t => {
  const reviews = 'GET /api/products/11/reviews'
  const more = Promise.withResolvers<Answer>()
  const answers: Record<string, Answer | Promise<Answer>> = { ...lampAnswers, [reviews]: toReviews(5, 150) }
  const { main, document, settle } = await openStore(t, '/products/11', { answers })
  const findMore = () => Array.from(main.querySelectorAll('button')).find(one => toLabel(one) === 'Show more')
  const count = () => main.querySelectorAll('#reviews li').length

  answers[reviews] = more.promise
  findMore()?.focus()
  findMore()?.click()
  await settle()
  const meanwhile = count()
  more.resolve(toReviews(100, 150))
  await settle()

  assert.deepEqual([meanwhile, count(), findMore() !== undefined], [5, 100, false])
  assert.equal(document.activeElement?.getAttribute('aria-label'), 'Reviews')
})

test('where every review is shown there are no more to ask for', async t => {
  const answers = { ...lampAnswers, 'GET /api/products/11/reviews': toReviews(5, 5) }

  const { main } = await openStore(t, '/products/11', { answers })

  assert.ok(!findLabels(main, 'button').includes('Show more'))
})
