// Uses of a promotion against a real database: taken with the order, never beyond the limit, given back once.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Db, Postgres } from '@techmart/platform/postgres'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import fc from 'fast-check'
import { makeOrderStore } from '../../src/order-store.ts'
import { makeProductStore } from '../../src/product-store.ts'
import { makePromotionStore } from '../../src/promotion-store.ts'
import { seededPromotions } from '../../src/seeded-promotions.ts'
import { buildTestAppOn, checkOut, orderBody } from '../build-test-app.ts'
import { fakeInventory, fakePayments, kettle, lamp, refusedConnection } from '../fakes.ts'

const migrations = new URL('../../migrations/', import.meta.url)
const code = 'FIRST100'
const body = { ...orderBody, promotionCode: code }

async function openShop(t: TestContext): Promise<Postgres> {
  const postgres = await openTestPostgres(t, migrations)
  await makeProductStore(postgres).seed([lamp, kettle])
  await makePromotionStore(postgres).seed(seededPromotions)
  return postgres
}

function buildReplica(t: TestContext, postgres: Postgres, parts: Partial<Parameters<typeof buildTestAppOn>[1]> = {}) {
  return buildTestAppOn(t, {
    products: makeProductStore(postgres),
    promotions: makePromotionStore(postgres),
    orders: makeOrderStore(postgres),
    inventory: fakeInventory(),
    payments: fakePayments(),
    limits: { requestMs: 5_000, undoMs: 500, waitForTwinMs: 2_000 },
    ...parts,
  })
}

const usesOf = async (db: Db): Promise<number> => {
  const [row] = await db.run<{ uses: number }>(
    'read uses',
    sql => sql`SELECT uses FROM promotions WHERE code = ${code}`,
  )
  return row?.uses ?? Number.NaN
}

const limitTo = (db: Db, limit: number) =>
  db.run('limit', sql => sql`UPDATE promotions SET use_limit = ${limit}, uses = 0 WHERE code = ${code}`)

/** Orders that hold a use, by the orders themselves. */
const holdersOf = async (db: Db): Promise<number> => {
  const [row] = await db.run<{ holders: number }>(
    'count holders',
    sql => sql`
      SELECT count(*)::integer AS holders FROM orders WHERE promotion_code = ${code} AND state <> 'cancelled'`,
  )
  return row?.holders ?? Number.NaN
}

const hasDiscount = (reply: Awaited<ReturnType<typeof checkOut>>): boolean =>
  reply.statusCode === 201 && reply.json().order.promotion !== null

test('the codes that the shop opens with are there once, and a restart gives no uses back', async t => {
  const postgres = await openShop(t)
  const promotions = makePromotionStore(postgres)
  await checkOut(buildReplica(t, postgres).app, { body })

  await promotions.seed(seededPromotions)

  assert.equal((await promotions.find('first100'))?.uses, 1)
  const [spring] = await Promise.all([promotions.find('SPRING24'), promotions.find('WELCOME10')])
  assert.ok(spring?.endsAt && spring.endsAt < new Date())
})

test('of many orders that want the last uses at once, as many get one as there are, on two replicas', async t => {
  const postgres = await openShop(t)
  await limitTo(postgres, 7)
  const replicas = [buildReplica(t, postgres), buildReplica(t, postgres)]

  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, n) => checkOut((replicas[n % 2] as (typeof replicas)[0]).app, { body })),
  )

  // On a machine so busy that the look-up takes a second, an order goes on without a discount, and without a use.
  const withoutIt = replies.filter(reply => reply.statusCode === 201 && !hasDiscount(reply)).length
  assert.equal(replies.filter(hasDiscount).length, 7)
  assert.equal(replies.filter(reply => reply.statusCode === 400).length, 53 - withoutIt)
  assert.deepEqual([await usesOf(postgres), await holdersOf(postgres)], [7, 7])
})

test('whatever becomes of concurrent orders, uses are those of the orders that stand, and within the limit', async t => {
  const postgres = await openShop(t)
  const payments = fakePayments()
  const fates = new Map<number, 'charged' | 'declined' | 'lost'>()
  let next = 0
  payments.charge = async ({ id }) => {
    const fate = fates.get(next++)
    if (fate === 'lost') throw refusedConnection('payments')
    if (fate === 'declined') return { outcome: 'declined', reason: 'card_expired' }
    payments.charges.set(id, 'charged')
    return { outcome: 'charged' }
  }
  const { app } = buildReplica(t, postgres, { payments })

  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 8 }),
      fc.array(fc.constantFrom('charged', 'declined', 'lost'), { minLength: 1, maxLength: 16 }),
      async (limit, wanted) => {
        await postgres.run('forget orders', sql => sql`DELETE FROM orders`)
        await limitTo(postgres, limit)
        next = 0
        fates.clear()
        for (const [index, fate] of wanted.entries()) fates.set(index, fate)

        const replies = await Promise.all(wanted.map(() => checkOut(app, { body })))

        const placed = replies.filter(hasDiscount).length
        assert.ok(placed <= limit, `${placed} of ${limit}`)
        assert.deepEqual([await usesOf(postgres), await holdersOf(postgres)], [placed, placed])
        assert.ok(replies.every(reply => [201, 400, 402, 503].includes(reply.statusCode)))
      },
    ),
    { numRuns: 25 },
  )
})

test('a declined card gives the use back, and a repeated request takes and gives nothing more', async t => {
  const postgres = await openShop(t)
  const declining = fakePayments({ charge: async () => ({ outcome: 'declined', reason: 'card_expired' }) })
  const { app } = buildReplica(t, postgres, { payments: declining })

  const first = await checkOut(app, { key: 'key-of-order-11', body })
  const second = await checkOut(app, { key: 'key-of-order-11', body })

  assert.deepEqual([first.statusCode, second.statusCode], [402, 402])
  assert.equal(await usesOf(postgres), 0)
})

test('two requests with one key at once take one use', async t => {
  const postgres = await openShop(t)
  const { app } = buildReplica(t, postgres)

  const replies = await Promise.all([1, 2, 3, 4].map(() => checkOut(app, { key: 'key-of-order-11', body })))

  assert.deepEqual(
    replies.map(reply => reply.statusCode),
    [201, 201, 201, 201],
  )
  assert.equal(new Set(replies.map(reply => reply.json().order.id)).size, 1)
  assert.equal(await usesOf(postgres), 1)
})

test('an order that two replicas try to undo gives its use back once', async t => {
  const postgres = await openShop(t)
  const orders = makeOrderStore(postgres)
  await limitTo(postgres, 5)
  const away = fakePayments({
    charge: async () => {
      throw refusedConnection('payments')
    },
    refund: async () => {
      throw refusedConnection('payments')
    },
    findCharge: async () => {
      throw refusedConnection('payments')
    },
  })
  await checkOut(buildReplica(t, postgres).app, { body })
  const failed = await checkOut(buildReplica(t, postgres, { payments: away }).app, { body })
  const usesWhileUnfinished = await usesOf(postgres)
  await postgres.run('pass time', sql => sql`UPDATE orders SET recover_at = now() WHERE recover_at IS NOT NULL`)
  const [order] = await orders.claimUnfinished(1, 60_000)
  assert.ok(order)

  const undone = await Promise.allSettled([orders.cancel(order), orders.cancel(order), orders.cancel(order)])

  assert.equal(failed.statusCode, 503)
  assert.equal(usesWhileUnfinished, 2)
  assert.equal(undone.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.deepEqual([await usesOf(postgres), await holdersOf(postgres)], [1, 1])
})

test('recovery of an order that a crash left behind gives its use back, once', async t => {
  const postgres = await openShop(t)
  const inventory = fakeInventory()
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const dying = buildReplica(t, postgres, {
    inventory: {
      ...inventory,
      reserve: async (...asked) => {
        await inventory.reserve(...asked)
        reach()
        return new Promise(() => {})
      },
    },
  })
  const second = buildReplica(t, postgres, { inventory })
  void checkOut(dying.app, { body }).then(() => {})
  await reached
  const usesAtTheCrash = await usesOf(postgres)
  await postgres.run('pass time', sql => sql`UPDATE orders SET recover_at = now() WHERE recover_at IS NOT NULL`)

  await second.recover()
  await second.recover()

  assert.equal(usesAtTheCrash, 1)
  assert.deepEqual([await usesOf(postgres), await holdersOf(postgres)], [0, 0])
})

test('while the table of promotions cannot be written, orders go on without a discount', async t => {
  const postgres = await openShop(t)
  const { app } = buildReplica(t, postgres)
  await postgres.run('forbid', sql => sql`ALTER TABLE promotions ADD CONSTRAINT nobody CHECK (uses < 0) NOT VALID`)

  const reply = await checkOut(app, { key: 'key-of-order-11', body })

  assert.equal(reply.statusCode, 201)
  assert.equal(reply.json().order.promotion, null)
  assert.equal(await usesOf(postgres), 0)
})

test('the database itself refuses a use beyond the limit', async t => {
  const postgres = await openShop(t)
  await limitTo(postgres, 0)

  const beyond = postgres.run('take', sql => sql`UPDATE promotions SET uses = uses + 1 WHERE code = ${code}`)

  await assert.rejects(beyond, /promotions_within_limit/)
  assert.equal(await usesOf(postgres), 0)
})
