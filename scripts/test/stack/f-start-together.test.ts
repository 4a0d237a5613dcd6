// Replicas that start at the same moment on an empty server: the database is made once, migrated once and filled once.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { catalogueSize } from '@techmart/contracts/catalogue'
import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import { openPostgres, type Postgres } from '@techmart/platform/postgres'
import { fakeLog } from '@techmart/platform/testing'
import postgres from 'postgres'
import { readSeededCatalogue } from '../../../services/api/src/catalogue.ts'
import { makeProductStore } from '../../../services/api/src/product-store.ts'
import { makePromotionStore } from '../../../services/api/src/promotion-store.ts'
import { makeReviewStore } from '../../../services/api/src/review-store.ts'
import { buildSampleOrders, seedSampleOrders } from '../../../services/api/src/sample-orders.ts'
import { seededPromotions } from '../../../services/api/src/seeded-promotions.ts'
import { readSeededReviews } from '../../../services/api/src/seeded-reviews.ts'
import { makeStockStore } from '../../../services/inventory/src/stock-store.ts'
import { buildSeededCustomers } from '../../../services/users/src/seeded-customers.ts'
import { makeUserStore } from '../../../services/users/src/user-store.ts'

const replicas = 3

/** Starts replicas of a service's database side at once, and gives back one of them. */
async function startTogether(t: TestContext, service: string, seed: (db: Postgres) => Promise<unknown>) {
  const name = `together_${randomUUID().replaceAll('-', '')}`
  const url = new URL(process.env.POSTGRES_TEST_URL ?? '')
  const server = postgres(url.href, { max: 1, onnotice: () => {} })
  url.pathname = `/${name}`
  const migrations = new URL(`../../../services/${service}/migrations/`, import.meta.url)
  const log = fakeLog()
  const opened = await Promise.all(
    Array.from({ length: replicas }, async () => {
      const db = await openPostgres({ url: url.href, migrations, log, startTimeoutMs: 20_000, maxConnections: 3 })
      await seed(db)
      return db
    }),
  )
  t.after(async () => {
    await Promise.all(opened.map(db => db[Symbol.asyncDispose]()))
    await server`DROP DATABASE ${server(name)} WITH (FORCE)`
    await server.end({ timeout: 3 })
  })
  const [db] = opened as [Postgres]
  const migrated = log.lines.filter(line => line.message === 'migrated').map(line => line.migration)
  assert.equal(new Set(migrated).size, migrated.length, `migrated twice: ${migrated}`)
  return async (table: string): Promise<number> => {
    const [row] = await db.run<{ count: number }>(
      'count',
      sql => sql`SELECT count(*)::integer AS count FROM ${sql(table)}`,
    )
    return row?.count ?? -1
  }
}

test('three replicas of api make one catalogue, with its reviews, codes and past orders', {
  timeout: 120_000,
}, async t => {
  const catalogue = readSeededCatalogue()
  const pastOrders = buildSampleOrders(buildSampleCustomers(), catalogue, new Date())
  const count = await startTogether(t, 'api', async db => {
    await makeProductStore(db).seed(catalogue)
    await makeReviewStore(db).seed(readSeededReviews(catalogue))
    await makePromotionStore(db).seed(seededPromotions)
    await seedSampleOrders(db, pastOrders)
  })

  assert.equal(await count('products'), catalogueSize)
  assert.equal(await count('reviews'), readSeededReviews(catalogue).length)
  assert.equal(await count('promotions'), seededPromotions.length)
  assert.equal(await count('orders'), pastOrders.length)
})

test('three replicas of inventory fill the shelves once', { timeout: 60_000 }, async t => {
  const count = await startTogether(t, 'inventory', db => makeStockStore(db).seed(catalogueSize))

  assert.equal(await count('stock'), catalogueSize)
  assert.equal(await count('movements'), catalogueSize)
})

test('three replicas of users sign each sample customer up once', { timeout: 60_000 }, async t => {
  const customers = buildSeededCustomers(new Date())
  const count = await startTogether(t, 'users', db => makeUserStore(db).seed(customers))

  assert.equal(await count('users'), customers.length)
})
