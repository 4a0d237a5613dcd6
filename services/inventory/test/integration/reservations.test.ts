import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { Postgres } from '@techmart/platform/postgres'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeReservationStore } from '../../src/reservation-store.ts'
import { makeStockStore } from '../../src/stock-store.ts'

const migrations = new URL('../../migrations/', import.meta.url)

async function openShelves(t: TestContext, levels: Record<number, number>, holdMs = 600_000) {
  const postgres = await openTestPostgres(t, migrations)
  const stock = makeStockStore(postgres)
  for (const [id, available] of Object.entries(levels)) await stock.set(Number(id), { available, threshold: 0 })
  return { postgres, stock, reservations: makeReservationStore(postgres, holdMs) }
}

const movementsOf = (postgres: Postgres, productId: number) =>
  postgres.run<{ quantity: number; reason: string }>(
    'find movements',
    sql => sql`SELECT quantity, reason FROM movements WHERE product_id = ${productId} ORDER BY id`,
  )

test('forty orders at once for ten lamps sell exactly ten', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 10 })

  const results = await Promise.all(
    Array.from({ length: 40 }, () => reservations.reserve(randomUUID(), [{ productId: 11, quantity: 1 }])),
  )

  assert.equal(results.filter(result => result.outcome === 'held').length, 10)
  assert.equal(results.filter(result => result.outcome === 'out-of-stock').length, 30)
  assert.deepEqual(await stock.find(11), { productId: 11, available: 0, held: 10, threshold: 0 })
})

test('orders for the same goods in other sequences do not deadlock, and take all or nothing', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 10, 12: 10, 13: 10 })
  const items = [11, 12, 13].map(productId => ({ productId, quantity: 1 }))

  const results = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      reservations.reserve(randomUUID(), index % 2 === 0 ? items : items.toReversed()),
    ),
  )

  assert.equal(results.filter(result => result.outcome === 'held').length, 10)
  for (const id of [11, 12, 13]) assert.equal((await stock.find(id))?.held, 10)
})

test('an order of which one item is missing takes nothing', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 5, 12: 1 })
  const items = [
    { productId: 11, quantity: 2 },
    { productId: 12, quantity: 3 },
  ]

  const result = await reservations.reserve(randomUUID(), items)

  assert.deepEqual(result, { outcome: 'out-of-stock', productId: 12, available: 1 })
  assert.equal((await stock.find(11))?.available, 5)
})

test('one product on two lines is taken together', async t => {
  const { reservations } = await openShelves(t, { 11: 3 })
  const line = { productId: 11, quantity: 2 }

  const result = await reservations.reserve(randomUUID(), [line, line])

  assert.deepEqual(result, { outcome: 'out-of-stock', productId: 11, available: 3 })
})

test('a reservation asked for twice at once is one reservation', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 10 })
  const orderId = randomUUID()
  const ask = () => reservations.reserve(orderId, [{ productId: 11, quantity: 2 }])

  const results = await Promise.all([ask(), ask(), ask()])

  assert.deepEqual(
    results.map(result => result.outcome),
    ['held', 'held', 'held'],
  )
  assert.equal((await stock.find(11))?.held, 2)
})

test('an order that is asked for again while it takes the last ones is not told that they are gone', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 2, 12: 2 })
  const orderId = randomUUID()
  const items = [11, 12].map(productId => ({ productId, quantity: 2 }))

  const results = await Promise.all(Array.from({ length: 8 }, () => reservations.reserve(orderId, items)))

  assert.deepEqual(new Set(results.map(result => result.outcome)), new Set(['held']))
  assert.equal(results.filter(result => result.outcome === 'held' && !result.repeated).length, 1)
  for (const id of [11, 12]) {
    assert.deepEqual(await stock.find(id), { productId: id, available: 0, held: 2, threshold: 0 })
  }
})

test('committed goods have left the house, once', async t => {
  const { postgres, stock, reservations } = await openShelves(t, { 11: 10 })
  const orderId = randomUUID()
  await reservations.reserve(orderId, [{ productId: 11, quantity: 3 }])

  const first = await reservations.commit(orderId)
  const second = await reservations.commit(orderId)

  assert.equal(first.outcome, 'committed')
  assert.equal(second.outcome, 'committed')
  assert.deepEqual(await stock.find(11), { productId: 11, available: 7, held: 0, threshold: 0 })
  const movements = await movementsOf(postgres, 11)
  assert.deepEqual(
    movements.map(movement => ({ ...movement })),
    [
      { quantity: 10, reason: 'set' },
      { quantity: -3, reason: 'sold' },
    ],
  )
})

test('released goods are there again, once, and can no longer be committed', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 10 })
  const orderId = randomUUID()
  await reservations.reserve(orderId, [{ productId: 11, quantity: 3 }])

  await reservations.release(orderId)
  await reservations.release(orderId)
  const late = await reservations.commit(orderId)

  assert.equal(late.outcome, 'released')
  assert.deepEqual(await stock.find(11), { productId: 11, available: 10, held: 0, threshold: 0 })
})

test('a release that overtakes its reserve call refuses it when it comes', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 10 })
  const orderId = randomUUID()

  const release = await reservations.release(orderId)
  const reserve = await reservations.reserve(orderId, [{ productId: 11, quantity: 1 }])

  assert.equal(release.outcome, 'nothing-held')
  assert.equal(reserve.outcome, 'released')
  assert.equal((await stock.find(11))?.held, 0)
})

test('goods that are sold cannot be released', async t => {
  const { reservations } = await openShelves(t, { 11: 10 })
  const orderId = randomUUID()
  await reservations.reserve(orderId, [{ productId: 11, quantity: 1 }])
  await reservations.commit(orderId)

  const release = await reservations.release(orderId)

  assert.equal(release.outcome, 'sold')
})

test('what is held past its time is given back, by one of two replicas', async t => {
  const { stock, reservations } = await openShelves(t, { 11: 10 }, 0)
  const orderId = randomUUID()
  await reservations.reserve(orderId, [{ productId: 11, quantity: 4 }])

  const expired = await reservations.findExpired(10)
  const given = await Promise.all([reservations.expire(orderId), reservations.expire(orderId)])

  assert.deepEqual(expired, [orderId])
  assert.deepEqual(given.sort(), [false, true])
  assert.equal((await stock.find(11))?.available, 10)
})

test('what is held in time is not given back', async t => {
  const { reservations } = await openShelves(t, { 11: 10 })
  const orderId = randomUUID()
  await reservations.reserve(orderId, [{ productId: 11, quantity: 4 }])

  const expired = await reservations.findExpired(10)

  assert.deepEqual(expired, [])
  assert.equal(await reservations.expire(orderId), false)
})

test('ended reservations are removed when they are old, held ones never', async t => {
  const { reservations } = await openShelves(t, { 11: 10 })
  const [held, ended] = [randomUUID(), randomUUID()]
  for (const orderId of [held, ended]) await reservations.reserve(orderId, [{ productId: 11, quantity: 1 }])
  await reservations.commit(ended)

  const removed = await reservations.removeEnded(0, 10)

  assert.equal(removed, 1)
  assert.equal((await reservations.commit(held)).outcome, 'committed')
})
