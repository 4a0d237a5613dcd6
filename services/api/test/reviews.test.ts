import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { buildTestApp, countOf } from './build-test-app.ts'
import { fakeReviews, kettle, lamp } from './fakes.ts'

const ada = { 'x-techmart-role': 'user', 'x-techmart-customer': 'ada@techmart.example' }
const shoppers = { 'x-techmart-role': 'test' }
const review = { rating: 4, title: 'Bright', text: 'Lights the page\nand not the room.', author: 'Ada' }

function openReviews(t: TestContext) {
  const reviews = fakeReviews()
  const { app, metrics } = buildTestApp(t, { reviews })
  return {
    reviews,
    metrics,
    write: (headers: Record<string, string>, payload: unknown = review, id: number | string = lamp.id) =>
      app.inject({
        method: 'POST',
        url: `/api/products/${id}/reviews`,
        headers: { ...headers, 'content-type': 'application/json' },
        payload: JSON.stringify(payload),
      }),
    read: (query = '', id: number = lamp.id) =>
      app.inject({ method: 'GET', url: `/api/products/${id}/reviews${query}` }),
  }
}

test('a review is written, and read by everybody with the stars of the product', async t => {
  const { write, read, metrics } = openReviews(t)

  const written = await write(ada)
  await write(shoppers, { ...review, rating: 1, email: 'grace@techmart.example', author: 'Grace' })
  const page = await read('?pageSize=1')

  assert.equal(written.statusCode, 201)
  assert.deepEqual({ ...(written.json() as object), id: '', writtenAt: '' }, { ...review, id: '', writtenAt: '' })
  assert.equal(page.json().reviews[0].author, 'Grace')
  assert.equal(page.json().total, 2)
  assert.deepEqual(page.json().rating, { average: 2.5, count: 2 })
  assert.equal(await countOf(metrics, 'reviews_written_total', { rating: '4' }), 1)
})

test('a customer has one review of a product: the second takes the place of the first', async t => {
  const { write, read } = openReviews(t)

  const statuses = [
    (await write(ada)).statusCode,
    (await write({ ...ada, 'x-techmart-customer': 'ADA@techmart.example' }, { ...review, rating: 2 })).statusCode,
    (await write(ada, review, kettle.id)).statusCode,
  ]

  assert.deepEqual(statuses, [201, 200, 201])
  assert.deepEqual((await read()).json().rating, { average: 2, count: 1 })
})

test("a customer's address is neither kept nor shown", async t => {
  const { write, reviews } = openReviews(t)

  const written = await write(ada, { rating: 5, title: 'Fine', text: 'Very.' })

  assert.equal(written.json().author, 'A customer')
  assert.doesNotMatch(written.body + JSON.stringify(reviews.rows), /ada@|techmart\.example/)
})

test('a review of a product that does not exist is not found, to write and to read', async t => {
  const { write, read, reviews } = openReviews(t)

  const replies = [await write(ada, review, 999), await read('', 999)]

  for (const reply of replies) {
    assert.equal(reply.statusCode, 404)
    assert.equal(reply.json().field, 'params.id')
  }
  assert.equal(reviews.rows.length, 0)
})

test('a product that nobody has reviewed has an empty page', async t => {
  const { read } = openReviews(t)

  const reply = await read()

  assert.deepEqual(reply.json(), {
    reviews: [],
    page: 1,
    pageSize: 20,
    total: 0,
    rating: { average: null, count: 0 },
  })
})

for (const [who, headers, body, status] of [
  ['a stranger', {}, review, 401],
  ['a stranger who claims to be a customer', { 'x-techmart-customer': 'ada@techmart.example' }, review, 401],
  ['a customer', ada, review, 201],
  ['a customer who says so', ada, { ...review, email: 'Ada@techmart.example' }, 201],
  ["a customer in another's name", ada, { ...review, email: 'grace@techmart.example' }, 403],
  ['the shoppers for a customer', shoppers, { ...review, email: 'grace@techmart.example' }, 201],
  ['the shoppers for nobody', shoppers, review, 400],
  ['an admin for a customer', { 'x-techmart-role': 'admin' }, { ...review, email: 'grace@techmart.example' }, 201],
] as const) {
  test(`a review by ${who} answers ${status}`, async t => {
    const { write, reviews } = openReviews(t)

    const reply = await write(headers, body)

    assert.equal(reply.statusCode, status)
    assert.equal(reviews.rows.length, status === 201 ? 1 : 0)
    assert.doesNotMatch(reply.body, /techmart\.example/)
  })
}

for (const [what, body, field] of [
  ['without stars', { ...review, rating: undefined }, 'body.rating'],
  ['with no stars', { ...review, rating: 0 }, 'body.rating'],
  ['with six stars', { ...review, rating: 6 }, 'body.rating'],
  ['with half a star', { ...review, rating: 4.5 }, 'body.rating'],
  ['with stars in quotes', { ...review, rating: '4' }, 'body.rating'],
  ['with an empty title', { ...review, title: '' }, 'body.title'],
  ['with a blank title', { ...review, title: '   ' }, 'body.title'],
  ['with a title of two lines', { ...review, title: 'a\nb' }, 'body.title'],
  ['with a long title', { ...review, title: 'x'.repeat(101) }, 'body.title'],
  ['with a blank text', { ...review, text: '\n\t ' }, 'body.text'],
  ['with a long text', { ...review, text: 'x'.repeat(2_001) }, 'body.text'],
  ['with a NUL in it', { ...review, text: 'a\u0000b' }, 'body.text'],
  ['with an address in the text', { ...review, text: 'Write to ada@techmart.example!' }, 'body.text'],
  ['with an address for a name', { ...review, author: 'ada@techmart.example' }, 'body.author'],
  ['with a field we do not know', { ...review, verified: true }, 'body.verified'],
] as const) {
  test(`a review ${what} is refused, and ${field} is named`, async t => {
    const { write, reviews } = openReviews(t)

    const reply = await write(ada, body)

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().error, 'invalid')
    assert.equal(reply.json().field, field)
    assert.equal(reviews.rows.length, 0)
  })
}
