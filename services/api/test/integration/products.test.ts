import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueSize } from '@techmart/contracts/catalogue'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { readSeededCatalogue } from '../../src/catalogue.ts'
import { makeProductStore } from '../../src/product-store.ts'

const migrations = new URL('../../migrations/', import.meta.url)

test('the seeded catalogue can be seeded twice, paged and filtered', async t => {
  const products = makeProductStore(await openTestPostgres(t, migrations))

  await products.seed(readSeededCatalogue())
  await products.seed(readSeededCatalogue())

  const last = await products.list({ page: catalogueSize / 20, pageSize: 20 })
  const beyond = await products.list({ page: 99, pageSize: 20 })
  const garden = await products.list({ page: 1, pageSize: 100, category: 'Garden' })
  assert.equal(last.total, catalogueSize)
  assert.equal(last.products.at(-1)?.id, catalogueSize)
  assert.deepEqual(beyond, { products: [], page: 99, pageSize: 20, total: catalogueSize })
  assert.equal(garden.total, catalogueSize / 8)
})

test('of the products asked for, those that exist are found', async t => {
  const products = makeProductStore(await openTestPostgres(t, migrations))
  await products.seed(readSeededCatalogue())

  const found = await products.findMany([3, 9_999, 11])

  assert.deepEqual(found.map(product => product.id).sort(), [11, 3])
  assert.equal(await products.find(9_999), undefined)
})
