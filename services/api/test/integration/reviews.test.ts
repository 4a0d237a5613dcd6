import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { buildMetrics } from '@techmart/platform/metrics'
import type { Postgres } from '@techmart/platform/postgres'
import { fakeLog } from '@techmart/platform/testing'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeApiEvents } from '../../src/events.ts'
import { makeProductStore } from '../../src/product-store.ts'
import { makeRemoveOldReviews } from '../../src/remove-old-reviews.ts'
import { makeReviewStore, type NewReview } from '../../src/review-store.ts'
import { readSeededReviews } from '../../src/seeded-reviews.ts'
import { kettle, lamp } from '../fakes.ts'

const migrations = new URL('../../migrations/', import.meta.url)

async function openShop(t: TestContext) {
  const postgres = await openTestPostgres(t, migrations)
  await makeProductStore(postgres).seed([lamp, kettle])
  return { postgres, reviews: makeReviewStore(postgres) }
}

const reviewOf = (overrides: Partial<NewReview> = {}): NewReview => ({
  productId: lamp.id,
  authorId: 'author-1',
  authorName: 'Mira',
  rating: 4,
  title: `It's "fine"; DROP TABLE reviews`,
  text: 'First line\nsecond line',
  ...overrides,
})

const countReviews = async (postgres: Postgres, productId: number) => {
  const [row] = await postgres.run<{ count: number }>(
    'count',
    sql => sql`SELECT count(*)::integer AS count FROM reviews WHERE product_id = ${productId}`,
  )
  return row?.count
}

/** So many reviews of one product, the first the oldest. */
const fillWithReviews = (postgres: Postgres, productId: number, count: number) =>
  postgres.run(
    'fill',
    sql => sql`
      INSERT INTO reviews (product_id, author_id, id, rating, title, body, author_name, written_at)
      SELECT ${productId}, 'author-' || n, gen_random_uuid(), 5, n::text, 'text', 'Name', now() - interval '1 day' + n * interval '1 s'
      FROM generate_series(1, ${count}::integer) AS n`,
  )

test('reviews come newest first, in pages, as they were written', async t => {
  const { reviews } = await openShop(t)
  for (const authorId of ['a', 'b', 'c']) await reviews.write(reviewOf({ authorId, title: authorId }))
  const last = await reviews.write(reviewOf({ authorId: 'd', rating: 1 }))

  const first = await reviews.list({ productId: lamp.id, page: 1, pageSize: 3 })
  const second = await reviews.list({ productId: lamp.id, page: 2, pageSize: 3 })

  assert.deepEqual(first[0], last?.review)
  assert.equal(first[0]?.title, `It's "fine"; DROP TABLE reviews`)
  assert.deepEqual(
    [...first.slice(1), ...second].map(({ title }) => title),
    ['c', 'b', 'a'],
  )
  assert.deepEqual(await reviews.rate(lamp.id), { average: 3.25, count: 4 })
  assert.deepEqual(await reviews.rate(kettle.id), { average: null, count: 0 })
})

test('a second review of the same author takes the place of the first, however many are sent at once', async t => {
  const { postgres, reviews } = await openShop(t)

  const written = await Promise.all(
    Array.from({ length: 10 }, (_, n) => reviews.write(reviewOf({ rating: 1 + (n % 5) }))),
  )

  assert.equal(written.filter(result => result?.isNew).length, 1)
  assert.equal(await countReviews(postgres, lamp.id), 1)
})

test('a product that does not exist has no reviews, and they go with it', async t => {
  const { postgres, reviews } = await openShop(t)
  await reviews.write(reviewOf())

  const unknown = await reviews.write(reviewOf({ productId: 999 }))
  await postgres.run('remove', sql => sql`DELETE FROM products WHERE id = ${lamp.id}`)

  assert.equal(unknown, undefined)
  assert.equal(await countReviews(postgres, lamp.id), 0)
})

test('of each product the newest two hundred are kept, also when two replicas clean at once', async t => {
  const { postgres, reviews } = await openShop(t)
  await fillWithReviews(postgres, lamp.id, 230)
  await fillWithReviews(postgres, kettle.id, 200)
  const removeOldReviews = makeRemoveOldReviews({ reviews, events: makeApiEvents(buildMetrics(), fakeLog()) })

  await Promise.all([removeOldReviews(), removeOldReviews()])
  await removeOldReviews()

  assert.equal(await countReviews(postgres, lamp.id), 200)
  assert.equal(await countReviews(postgres, kettle.id), 200)
  const [oldest] = await reviews.list({ productId: lamp.id, page: 200, pageSize: 1 })
  assert.equal(oldest?.title, '31')
})

test('seeding twice adds nothing, and leaves a product alone that has reviews', async t => {
  const { postgres, reviews } = await openShop(t)
  await reviews.write(reviewOf())
  const seeded = readSeededReviews([lamp, kettle, { ...lamp, id: 999 }])

  await reviews.seed(seeded)
  await reviews.seed(seeded)

  assert.equal(await countReviews(postgres, lamp.id), 1)
  assert.equal(
    await countReviews(postgres, kettle.id),
    seeded.filter(({ productId }) => productId === kettle.id).length,
  )
})
