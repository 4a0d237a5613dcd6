import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeShelfStore } from '../../src/shelf-store.ts'
import { makeStockStore } from '../../src/stock-store.ts'

const migrations = new URL('../../migrations/', import.meta.url)

async function openShelves(t: TestContext, levels: Record<number, number> = {}) {
  const postgres = await openTestPostgres(t, migrations)
  const stock = makeStockStore(postgres)
  for (const [id, available] of Object.entries(levels)) await stock.set(Number(id), { available, threshold: 10 })
  return { postgres, stock, shelves: makeShelfStore(postgres) }
}

const receive = (productId: number, quantity: number) => ({ productId, change: 'receive', quantity }) as const

test('stock is listed by product id, page by page, with the number of all', async t => {
  const { shelves } = await openShelves(t, { 13: 1, 11: 20, 12: 30 })

  const pages = [await shelves.list({ page: 1, pageSize: 2 }), await shelves.list({ page: 2, pageSize: 2 })]
  const beyond = await shelves.list({ page: 3, pageSize: 2 })

  assert.deepEqual(
    pages.map(({ items, total }) => ({ ids: items.map(item => item.productId), total })),
    [
      { ids: [11, 12], total: 3 },
      { ids: [13], total: 3 },
    ],
  )
  assert.deepEqual(beyond, { items: [], total: 3 })
})

test('some products are asked for by their ids, and those below their threshold by that', async t => {
  const { shelves } = await openShelves(t, { 11: 20, 12: 30, 13: 1 })

  const some = await shelves.list({ page: 1, pageSize: 100, productIds: [12, 13, 999] })
  const low = await shelves.list({ page: 1, pageSize: 100, belowThreshold: true })
  const others = await shelves.list({ page: 1, pageSize: 100, belowThreshold: false })

  assert.deepEqual(
    [some, low, others].map(({ items }) => items.map(item => item.productId)),
    [[12, 13], [13], [11, 12]],
  )
})

test('received stock is added, set stock is what was said, and both are movements', async t => {
  const { shelves } = await openShelves(t, { 11: 20 })

  await shelves.change(receive(11, 5))
  await shelves.change({ productId: 11, change: 'set', quantity: 3, threshold: 0 })

  const item = await shelves.find(11)
  assert.deepEqual([item?.available, item?.threshold], [3, 0])
  assert.deepEqual(
    item?.movements.map(({ quantity, reason }) => ({ quantity, reason })),
    [
      { quantity: -22, reason: 'set' },
      { quantity: 5, reason: 'received' },
      { quantity: 20, reason: 'set' },
    ],
  )
})

test('stock received for a product that had none is its first stock', async t => {
  const { shelves } = await openShelves(t)

  const first = await shelves.change(receive(900, 5))
  const second = await shelves.change(receive(900, 5))

  assert.equal(first.outcome === 'changed' && first.isNew, true)
  assert.equal(second.outcome === 'changed' && second.isNew, false)
  assert.equal((await shelves.find(900))?.available, 10)
})

test('twenty deliveries at once of a product that had none are all there', async t => {
  const { shelves } = await openShelves(t)

  const results = await Promise.all(Array.from({ length: 20 }, () => shelves.change(receive(900, 5))))

  assert.equal(results.filter(result => result.outcome === 'changed' && result.isNew).length, 1)
  assert.equal((await shelves.find(900))?.available, 100)
})

test('a change repeated under its key, at once or later, is made once', async t => {
  const { shelves } = await openShelves(t, { 11: 20 })
  const ask = () => shelves.change(receive(11, 5), 'delivery-11')

  const results = [...(await Promise.all([ask(), ask(), ask()])), await ask()]

  assert.equal((await shelves.find(11))?.available, 25)
  assert.equal(results.filter(result => result.outcome === 'changed' && !result.repeated).length, 1)
  assert.equal(results.filter(result => result.outcome === 'changed' && result.level.available === 25).length, 4)
})

test('a key that was used for another change is refused, and nothing is written', async t => {
  const { shelves } = await openShelves(t, { 11: 20 })
  await shelves.change(receive(11, 5), 'delivery-11')

  const results = await Promise.all([
    shelves.change(receive(11, 6), 'delivery-11'),
    shelves.change(receive(12, 5), 'delivery-11'),
  ])

  assert.deepEqual(results, [{ outcome: 'key-reused' }, { outcome: 'key-reused' }])
  assert.equal((await shelves.find(11))?.available, 25)
  assert.equal(await shelves.find(12), undefined)
})

test('a shelf does not hold more than it can', async t => {
  const { shelves } = await openShelves(t, { 11: 20 })

  const result = await shelves.change(receive(11, 999_981))

  assert.deepEqual(result, { outcome: 'too-much', available: 20 })
  assert.equal((await shelves.find(11))?.available, 20)
})
