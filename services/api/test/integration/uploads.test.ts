import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import { buildMetrics } from '@techmart/platform/metrics'
import type { Postgres } from '@techmart/platform/postgres'
import { fakeLog } from '@techmart/platform/testing'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { readSeededCatalogue } from '../../src/catalogue.ts'
import { makeProductStore } from '../../src/product-store.ts'
import { makeUploadEvents } from '../../src/upload-events.ts'
import { makeUploadProducts } from '../../src/upload-products.ts'
import { makeUploadStore } from '../../src/upload-store.ts'
import { lampRow } from '../fake-uploads.ts'

const migrations = new URL('../../migrations/', import.meta.url)

const openUploads = (postgres: Postgres) => {
  const uploads = makeUploadStore(postgres)
  return { uploads, upload: makeUploadProducts({ uploads, events: makeUploadEvents(buildMetrics(), fakeLog()) }) }
}

const readOutbox = (postgres: Postgres) =>
  postgres.run<{ topic: string; key: string; value: ProductsUploaded }>(
    'read outbox',
    sql => sql`SELECT topic, key, value FROM outbox ORDER BY id`,
  )

const makeOlder = (postgres: Postgres, id: string, hours: number) =>
  postgres.run(
    'make older',
    sql => sql`UPDATE upload_jobs SET created_at = created_at - make_interval(hours => ${hours}) WHERE id = ${id}`,
  )

test('a job and its messages are written together, and read as they were taken', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const { uploads, upload } = openUploads(postgres)
  const products = [...Array.from({ length: 501 }, (_, n) => lampRow(n, { name: `Lamp “${n}” 猫` })), 'no row']

  const result = await upload({ products, caller: 'admin' })

  assert.equal(result.outcome, 'accepted')
  const { job } = result as Extract<typeof result, { outcome: 'accepted' }>
  assert.deepEqual(await uploads.find(job.id), job)
  assert.deepEqual(job.rows, { total: 502, refused: 1, written: 0, created: 0 })
  const sent = await readOutbox(postgres)
  assert.deepEqual(
    sent.map(({ topic, key }) => [topic, key]),
    Array.from({ length: 2 }, () => ['products.upload.v1', job.id]),
  )
  assert.deepEqual(
    sent.flatMap(({ value }) => value.rows),
    products.slice(0, 501),
  )
})

test('the same upload sent twice at once is one job', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const { upload } = openUploads(postgres)
  const command = { products: [lampRow(11)], caller: 'admin', idempotencyKey: randomUUID() }

  const results = await Promise.all(Array.from({ length: 5 }, () => upload(command)))
  const other = await upload({ ...command, products: [lampRow(12)] })

  assert.equal(new Set(results.map(result => result.outcome === 'accepted' && result.job.id)).size, 1)
  assert.deepEqual(other, { outcome: 'key-reused' })
  assert.equal((await readOutbox(postgres)).length, 1)
})

test('the oldest unfinished job is known by its age, and one that failed at once does not wait', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const { uploads, upload } = openUploads(postgres)
  await upload({ products: ['no row'], caller: 'admin' })
  const none = await uploads.oldestUnfinishedSeconds()

  const waiting = await upload({ products: [lampRow(11)], caller: 'admin' })
  await makeOlder(postgres, waiting.outcome === 'accepted' ? waiting.job.id : '', 2)
  await upload({ products: [lampRow(12)], caller: 'admin' })

  assert.equal(none, 0)
  const seconds = await uploads.oldestUnfinishedSeconds()
  assert.ok(seconds >= 7_200 && seconds < 7_260, `${seconds} s`)
})

test('old jobs that never ended are given up, and removed when they are older still', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const { uploads, upload } = openUploads(postgres)
  const take = async (hours: number) => {
    const result = await upload({ products: [lampRow(hours)], caller: 'admin' })
    const id = result.outcome === 'accepted' ? result.job.id : ''
    await makeOlder(postgres, id, hours)
    return id
  }
  const [young, stuck, ancient] = [await take(24), await take(26), await take(80)]

  const failed = await uploads.failOlderThan(25)
  const removed = await uploads.removeOlderThan(72, 100)

  assert.deepEqual([failed, removed], [2, 1])
  assert.equal((await uploads.find(young))?.state, 'queued')
  assert.equal((await uploads.find(stuck))?.state, 'failed')
  assert.match((await uploads.find(stuck))?.failure ?? '', /within 25 hours/)
  assert.equal(await uploads.find(ancient), undefined)
  assert.ok((await uploads.oldestUnfinishedSeconds()) < 25 * 3_600)
})

test('uploaded products that were forgotten are removed; the seeded catalogue stays, and comes first', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const { uploads } = openUploads(postgres)
  const products = makeProductStore(postgres)
  await products.seed(readSeededCatalogue())
  for (const [sku, days] of [
    ['OLD-1', 8],
    ['NEW-1', 6],
  ] as const) {
    await postgres.run(
      'add uploaded product',
      sql => sql`
        INSERT INTO products (id, sku, name, description, category, price_cents, uploaded_at)
        VALUES (nextval('uploaded_product_ids'), ${sku}, ${sku}, '', 'Lighting', 130, now() - make_interval(days => ${days}))`,
    )
  }

  const removed = await uploads.removeProductsOlderThan(7, 100)

  const last = await products.list({ page: 13, pageSize: 20 })
  assert.equal(removed, 1)
  assert.equal(last.total, 241)
  assert.deepEqual(
    last.products.map(product => [product.id, product.name]),
    [[100_002, 'NEW-1']],
  )
})
