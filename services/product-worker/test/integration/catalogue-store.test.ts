import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import type { Postgres } from '@techmart/platform/postgres'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeCatalogueStore } from '../../src/catalogue-store.ts'
import { lampMessage, lampRow } from '../fakes.ts'

// The tables are api's.
const migrations = new URL('../../../api/migrations/', import.meta.url)

async function openCatalogue(t: TestContext) {
  const postgres = await openTestPostgres(t, migrations)
  return { postgres, catalogue: makeCatalogueStore(postgres) }
}

async function addJob(postgres: Postgres, rows: number, messages: number): Promise<string> {
  const id = randomUUID()
  await postgres.run(
    'add job',
    sql => sql`
      INSERT INTO upload_jobs (id, body_hash, state, rows_total, rows_refused, messages, errors, created_at)
      VALUES (${id}, '', 'queued', ${rows}, 0, ${messages}, '[]', now())`,
  )
  return id
}

const readJob = async (postgres: Postgres, id: string) =>
  (
    await postgres.run<{ state: string; rows_written: number; rows_created: number; isEnded: boolean }>(
      'read job',
      sql => sql`
        SELECT state, rows_written, rows_created, finished_at IS NOT NULL AS "isEnded" FROM upload_jobs WHERE id = ${id}`,
    )
  )[0]

const readProducts = (postgres: Postgres) =>
  postgres.run<{ id: number; sku: string; name: string; price_cents: number }>(
    'read products',
    sql => sql`SELECT id, sku, name, price_cents FROM products ORDER BY id`,
  )

test('the rows of a message become products, and its job counts them', async t => {
  const { postgres, catalogue } = await openCatalogue(t)
  const jobId = await addJob(postgres, 3, 2)

  const first = await catalogue.write(lampMessage([lampRow(12), lampRow(11)], { jobId }))
  const between = await readJob(postgres, jobId)
  const second = await catalogue.write(lampMessage([lampRow(13)], { jobId }))

  assert.deepEqual(first, { outcome: 'written', written: 2, created: 2, jobIsDone: false })
  assert.deepEqual(between, { state: 'running', rows_written: 2, rows_created: 2, isEnded: false })
  assert.deepEqual(second, { outcome: 'written', written: 1, created: 1, jobIsDone: true })
  assert.deepEqual(await readJob(postgres, jobId), { state: 'done', rows_written: 3, rows_created: 3, isEnded: true })
  assert.deepEqual(
    (await readProducts(postgres)).map(({ id, ...rest }) => [id, rest.sku, rest.price_cents]),
    [
      [100_001, 'LAMP-00011', 1_41],
      [100_002, 'LAMP-00012', 1_42],
      [100_003, 'LAMP-00013', 1_43],
    ],
  )
})

test('a message that is delivered again changes nothing', async t => {
  const { postgres, catalogue } = await openCatalogue(t)
  const jobId = await addJob(postgres, 2, 2)
  const message = lampMessage([lampRow(11)], { jobId })
  await catalogue.write(message)

  const again = await catalogue.write(message)

  assert.deepEqual(again, { outcome: 'written-before' })
  assert.deepEqual(await readJob(postgres, jobId), {
    state: 'running',
    rows_written: 1,
    rows_created: 1,
    isEnded: false,
  })
})

test('a known SKU keeps its id and takes the new words and price; ids are not used up by that', async t => {
  const { postgres, catalogue } = await openCatalogue(t)
  await catalogue.write(lampMessage([lampRow(11), lampRow(12)]))

  const changed = await catalogue.write(lampMessage([lampRow(11, { name: 'Brass Lamp', priceCents: 9_99 })]))
  await catalogue.write(lampMessage([lampRow(12), lampRow(13)]))

  assert.equal(changed.outcome === 'written' && changed.created, 0)
  assert.deepEqual(
    (await readProducts(postgres)).map(({ id, name, price_cents }) => [id, name, price_cents]),
    [
      [100_001, 'Brass Lamp', 9_99],
      [100_002, 'Fyn Lamp 12', 1_42],
      [100_003, 'Fyn Lamp 13', 1_43],
    ],
  )
})

test('a message that the database refuses leaves nothing behind, so that it may come again', async t => {
  const { postgres, catalogue } = await openCatalogue(t)
  const jobId = await addJob(postgres, 2, 1)
  const message = lampMessage([lampRow(11), lampRow(12, { priceCents: -1 })], { jobId })

  await assert.rejects(catalogue.write(message), /products_price_cents_check/)

  assert.equal((await readProducts(postgres)).length, 0)
  const corrected = await catalogue.write({ ...message, rows: [lampRow(11), lampRow(12)] })
  assert.equal(corrected.outcome, 'written')
})

test('a job that failed is done after all when its rows are written later', async t => {
  const { postgres, catalogue } = await openCatalogue(t)
  const jobId = await addJob(postgres, 2, 2)
  const first = await catalogue.failJob(jobId, 'Some rows could not be written.')
  const repeated = await catalogue.failJob(jobId, 'Some rows could not be written.')

  await catalogue.write(lampMessage([lampRow(11)], { jobId }))
  const between = await readJob(postgres, jobId)
  await catalogue.write(lampMessage([lampRow(12)], { jobId }))

  assert.deepEqual([first, repeated], [true, false])
  assert.equal(between?.state, 'failed')
  assert.deepEqual(await readJob(postgres, jobId), { state: 'done', rows_written: 2, rows_created: 2, isEnded: true })
})

test('rows of a job that is not kept any more are written all the same', async t => {
  const { postgres, catalogue } = await openCatalogue(t)

  const result = await catalogue.write(lampMessage([lampRow(11)]))

  assert.deepEqual(result, { outcome: 'written', written: 1, created: 1, jobIsDone: false })
  assert.equal((await readProducts(postgres)).length, 1)
})

// Bounded, and seeded by nothing: it must hold for any order of deliveries.
for (let round = 1; round <= 5; round++) {
  test(`many messages at once, some twice and with SKUs in common: every SKU is one product, every row counted once (${round})`, async t => {
    const { postgres, catalogue } = await openCatalogue(t)
    const pick = (below: number) => Math.floor(Math.random() * below)
    const jobId = await addJob(postgres, 0, 40)
    const messages: ProductsUploaded[] = Array.from({ length: 40 }, () => {
      const numbers = new Set(Array.from({ length: 1 + pick(100) }, () => pick(300)))
      return lampMessage(
        [...numbers].map(n => lampRow(n, { priceCents: 1 + pick(10_000) })),
        { jobId },
      )
    })
    const repeated = messages.filter(() => Math.random() < 0.25)
    const deliveries = [...messages, ...repeated].toSorted(() => Math.random() - 0.5)

    const results = await Promise.all(deliveries.map(message => catalogue.write(message)))

    const skus = new Set(messages.flatMap(message => message.rows.map(row => row.sku)))
    const products = await readProducts(postgres)
    const rows = messages.reduce((sum, message) => sum + message.rows.length, 0)
    assert.equal(products.length, skus.size)
    assert.deepEqual(new Set(products.map(product => product.sku)), skus)
    assert.equal(results.filter(result => result.outcome === 'written-before').length, repeated.length)
    assert.deepEqual(await readJob(postgres, jobId), {
      state: 'done',
      rows_written: rows,
      rows_created: skus.size,
      isEnded: true,
    })
  })
}
