// Whatever happens to stock, in whatever order, the books agree: nothing is below nothing, nothing is promised twice, and what
// came and went explains what is there. Sequences are generated, run on the real store, and compared with a model.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Postgres } from '@techmart/platform/postgres'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import fc from 'fast-check'
import { makeReservationStore } from '../../src/reservation-store.ts'
import { makeShelfStore } from '../../src/shelf-store.ts'
import { makeStockStore } from '../../src/stock-store.ts'
import { applyToModel, type Model, type Step, steps } from '../stock-model.ts'

const migrations = new URL('../../migrations/', import.meta.url)
const products = [11, 12, 13]

/** Stores over an empty shop; `lapsing` holds for no time at all, so that what it holds has lapsed at once. */
function openStores(postgres: Postgres) {
  return {
    stock: makeStockStore(postgres),
    shelves: makeShelfStore(postgres),
    reservations: makeReservationStore(postgres, 600_000),
    lapsing: makeReservationStore(postgres, 0),
  }
}

type Stores = ReturnType<typeof openStores>

/** Does the step on the real stores; says what came of it in the model's words. */
async function perform(stores: Stores, step: Step, orderIds: readonly string[]): Promise<string> {
  const { stock, shelves, reservations, lapsing } = stores
  switch (step.do) {
    case 'reserve':
      return (await (step.lapses ? lapsing : reservations).reserve(orderIds[step.order] ?? '', step.items)).outcome
    case 'commit':
      return (await reservations.commit(orderIds[step.order] ?? '')).outcome
    case 'release':
      return (await reservations.release(orderIds[step.order] ?? '')).outcome
    case 'lapse': {
      const expired = await reservations.findExpired(100)
      for (const orderId of expired) await reservations.expire(orderId)
      return `${expired.length} lapsed`
    }
    case 'restock':
      return `${(await stock.restock(100)).length} restocked`
    case 'receive':
      return (await shelves.change({ productId: step.productId, change: 'receive', quantity: step.quantity })).outcome
  }
}

async function emptyShop(postgres: Postgres, opening: Model['opening']): Promise<void> {
  await postgres.run('empty the shop', sql => sql`TRUNCATE stock, movements, reservations`)
  const { stock } = openStores(postgres)
  for (const [id, { available, threshold }] of opening) await stock.set(id, { available, threshold })
}

interface Line {
  product_id: number
  available: number
  held: number
  moved: number
  promised: number
}

/** Each product's shelf beside what its movements and the reservations that are held say of it. */
const readBooks = (postgres: Postgres) =>
  postgres.run<Line>(
    'read the books',
    sql => sql`
      SELECT product_id, available, held,
        (SELECT coalesce(sum(quantity), 0)::integer FROM movements WHERE movements.product_id = stock.product_id) AS moved,
        (SELECT coalesce(sum(line.quantity), 0)::integer
         FROM reservations, jsonb_to_recordset(items) AS line ("productId" integer, quantity integer)
         WHERE state = 'held' AND line."productId" = stock.product_id) AS promised
      FROM stock ORDER BY product_id`,
  )

async function checkBooks(postgres: Postgres): Promise<void> {
  for (const { product_id, available, held, moved, promised } of await readBooks(postgres)) {
    assert.ok(available >= 0 && held >= 0, `product ${product_id}: ${available} available, ${held} held`)
    assert.equal(held, promised, `product ${product_id}: what is held is what orders were promised`)
    assert.equal(available + held, moved, `product ${product_id}: what is in the house is what came less what went`)
  }
}

const opening = fc
  .tuple(
    ...products.map(() => fc.record({ available: fc.integer({ min: 0, max: 30 }), threshold: fc.constantFrom(0, 5) })),
  )
  .map(levels => new Map(products.map((id, n) => [id, levels[n] ?? { available: 0, threshold: 0 }])))

test('stock does what a model of it does, step by step, and the books agree after each', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const stores = openStores(postgres)

  const property = fc.asyncProperty(opening, fc.array(steps(products, 6), { maxLength: 25 }), async (levels, asked) => {
    await emptyShop(postgres, levels)
    const orderIds = Array.from({ length: 6 }, () => randomUUID())
    let model: Model = { opening: levels, shelves: structuredClone(levels), orders: new Map() }
    for (const step of asked) {
      const expected = applyToModel(model, step)
      model = expected.model
      assert.equal(await perform(stores, step, orderIds), expected.outcome, JSON.stringify(step))
      const shelves = (await readBooks(postgres)).map(({ product_id, available }) => [product_id, available])
      assert.deepEqual(
        shelves,
        [...model.shelves].map(([id, { available }]) => [id, available]),
      )
      await checkBooks(postgres)
    }
  })

  await fc.assert(property, { numRuns: 60 })
})

test('six at once in any order never sell what is not there', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const stores = openStores(postgres)

  const queues = fc.array(fc.array(steps(products, 6), { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 6 })
  const property = fc.asyncProperty(opening, queues, async (levels, asked) => {
    await emptyShop(postgres, levels)
    const orderIds = Array.from({ length: 6 }, () => randomUUID())
    // All of them end before anything is said: what went on after a failure would be in the books of the next try.
    const ended = await Promise.allSettled(
      asked.map(async queue => {
        for (const step of queue) await perform(stores, step, orderIds)
      }),
    )
    for (const one of ended) if (one.status === 'rejected') throw one.reason
    await checkBooks(postgres)
  })

  await fc.assert(property, { numRuns: 60 })
})
