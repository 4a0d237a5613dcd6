import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeStockStore } from '../../src/stock-store.ts'

const migrations = new URL('../../migrations/', import.meta.url)

test('a new shop opens with every product above its threshold, and opening twice changes nothing', async t => {
  const stock = makeStockStore(await openTestPostgres(t, migrations))

  await stock.seed(12)
  await stock.set(3, { available: 1 })
  await stock.seed(12)

  assert.equal((await stock.find(3))?.available, 1)
  assert.equal((await stock.find(12))?.available, 4 * ((await stock.find(12))?.threshold ?? 0))
  assert.equal(await stock.find(13), undefined)
  assert.equal((await stock.totals()).belowThreshold, 1)
})

test('a product below its threshold is filled up once, as a recorded movement', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const stock = makeStockStore(postgres)
  await stock.set(11, { available: 9, threshold: 10 })
  await stock.set(12, { available: 10, threshold: 10 })

  const first = await stock.restock(10)
  const second = await stock.restock(10)

  assert.deepEqual(first, [{ productId: 11, quantity: 31 }])
  assert.deepEqual(second, [])
  assert.equal((await stock.find(11))?.available, 40)
  const movements = await postgres.run<{ quantity: number }>(
    'find movements',
    sql => sql`SELECT quantity FROM movements WHERE reason = 'restocked'`,
  )
  assert.deepEqual(
    movements.map(movement => movement.quantity),
    [31],
  )
})

test('two replicas that restock at once fill a product once', async t => {
  const stock = makeStockStore(await openTestPostgres(t, migrations))
  await stock.set(11, { available: 0, threshold: 10 })

  const rounds = await Promise.all([stock.restock(10), stock.restock(10)])

  assert.equal(rounds.flat().length, 1)
  assert.equal((await stock.find(11))?.available, 40)
})

test('a threshold of nothing switches restocking off', async t => {
  const stock = makeStockStore(await openTestPostgres(t, migrations))
  await stock.set(11, { available: 0, threshold: 0 })

  const restocks = await stock.restock(10)

  assert.deepEqual(restocks, [])
})

test('a round restocks no more than it may', async t => {
  const stock = makeStockStore(await openTestPostgres(t, migrations))
  for (const id of [11, 12, 13]) await stock.set(id, { available: 0, threshold: 10 })

  const restocks = await stock.restock(2)

  assert.deepEqual(
    restocks.map(restock => restock.productId),
    [11, 12],
  )
})

test('old movements are removed, in bites', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const stock = makeStockStore(postgres)
  await stock.seed(3)
  await postgres.run('age movements', sql => sql`UPDATE movements SET at = now() - interval '8 days'`)

  const bites = [await stock.removeMovements(7, 2), await stock.removeMovements(7, 2)]

  assert.deepEqual(bites, [2, 1])
})
