import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { Postgres } from '@techmart/platform/postgres'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { isFinished, type OrderRecord } from '../../src/order-record.ts'
import { makeOrderStore } from '../../src/order-store.ts'
import { makeProductStore } from '../../src/product-store.ts'
import { buildTestAppOn, checkOut, orderBody } from '../build-test-app.ts'
import { fakeInventory, fakePayments, kettle, lamp } from '../fakes.ts'

const migrations = new URL('../../migrations/', import.meta.url)

/** api on a real database, with the outside of it made up. Two of them on one database are two replicas. */
function buildReplica(
  t: TestContext,
  postgres: Postgres,
  parts = { inventory: fakeInventory(), payments: fakePayments() },
  limits = { requestMs: 3_000, undoMs: 500, waitForTwinMs: 2_000 },
) {
  const products = makeProductStore(postgres)
  return buildTestAppOn(t, { products, orders: makeOrderStore(postgres), limits, ...parts })
}

async function openShop(t: TestContext): Promise<Postgres> {
  const postgres = await openTestPostgres(t, migrations)
  await makeProductStore(postgres).seed([lamp, kettle])
  return postgres
}

const passTime = (postgres: Postgres) =>
  postgres.run('pass time', sql => sql`UPDATE orders SET recover_at = now() WHERE recover_at IS NOT NULL`)

const messagesOf = (postgres: Postgres) =>
  postgres.run<{ key: string; value: { orderId: string; itemCount: number; totalCents: number } }>(
    'read outbox',
    sql => sql`SELECT key, value FROM outbox ORDER BY id`,
  )

test('a confirmed order and its message are written together', async t => {
  const postgres = await openShop(t)
  const { app } = buildReplica(t, postgres)

  const reply = await checkOut(app, { key: 'key-of-order-11' })

  assert.equal(reply.statusCode, 201)
  const { order } = reply.json()
  const [message, ...others] = await messagesOf(postgres)
  assert.equal(others.length, 0)
  assert.equal(message?.key, order.id)
  assert.equal(message?.value.orderId, order.id)
  assert.equal(message?.value.itemCount, 3)
  assert.equal(message?.value.totalCents, order.totalCents)
})

test('an order whose message cannot be written is not confirmed', async t => {
  const postgres = await openShop(t)
  const { app, recover } = buildReplica(t, postgres)
  await postgres.run('lose outbox', sql => sql`ALTER TABLE outbox RENAME TO outbox_away`)

  const failed = await checkOut(app, { key: 'key-of-order-11' })
  const state = await postgres.run<{ state: string }>('read states', sql => sql`SELECT state FROM orders`)
  await postgres.run('find outbox', sql => sql`ALTER TABLE outbox_away RENAME TO outbox`)
  await passTime(postgres)
  await recover()
  const again = await checkOut(app, { key: 'key-of-order-11' })

  assert.equal(failed.statusCode, 500)
  assert.equal(state[0]?.state, 'charged')
  assert.equal(again.statusCode, 201)
  assert.equal((await messagesOf(postgres)).length, 1)
})

test('an answer read back from the database is the very same', async t => {
  const postgres = await openShop(t)
  const { app } = buildReplica(t, postgres)

  const first = await checkOut(app, { key: 'key-of-order-11' })
  const second = await checkOut(app, { key: 'key-of-order-11' })
  const other = await checkOut(app, { key: 'key-of-order-11', body: { ...orderBody, country: 'FR' } })

  assert.equal(second.body, first.body)
  assert.equal(other.statusCode, 422)
})

test('one key at two replicas at the same time is one order', async t => {
  const postgres = await openShop(t)
  const parts = { inventory: fakeInventory(), payments: fakePayments() }
  // One waits for the other however busy the machine is: a time-out is an answer of its own, and not what is asked here.
  const limits = { requestMs: 40_000, undoMs: 500, waitForTwinMs: 30_000 }
  const replicas = [buildReplica(t, postgres, parts, limits), buildReplica(t, postgres, parts, limits)]

  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, index) => checkOut(replicas[index % 2]?.app as never, { key: 'key-of-order-11' })),
  )

  assert.equal(new Set(replies.map(reply => reply.body)).size, 1)
  assert.equal(replies[0]?.statusCode, 201)
  assert.equal(parts.payments.asked, 1)
})

for (const [moment, dies] of [
  ['reserves', 'reserve'],
  ['charges', 'charge'],
  ['commits', 'commit'],
] as const) {
  test(`an order whose api dies while it ${moment} is settled by another replica`, async t => {
    const postgres = await openShop(t)
    const inventory = fakeInventory()
    const payments = fakePayments()
    // The other side does its work, and the one who asked never hears of it.
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    const dying = <A extends unknown[]>(call: (...args: A) => Promise<unknown>) => {
      return async (...args: A) => {
        await call(...args)
        reach()
        return new Promise<never>(() => {})
      }
    }
    const first = buildReplica(t, postgres, {
      inventory: {
        ...inventory,
        ...(dies === 'reserve' ? { reserve: dying(inventory.reserve) } : {}),
        ...(dies === 'commit' ? { commit: dying(inventory.commit) } : {}),
      },
      payments: { ...payments, ...(dies === 'charge' ? { charge: dying(payments.charge) } : {}) },
    })
    const second = buildReplica(t, postgres, { inventory, payments })
    void checkOut(first.app, { key: 'key-of-order-11' }).then(() => {})
    await reached

    await passTime(postgres)
    const claimed = await second.recover()
    const again = await checkOut(second.app, { key: 'key-of-order-11' })

    assert.equal(claimed, 1)
    assert.equal(again.statusCode, 201)
    const orders = await postgres.run<{ id: string; state: string }>(
      'read orders',
      sql => sql`SELECT id, state FROM orders`,
    )
    const sold = orders.filter(order => order.state === 'confirmed')
    assert.equal(sold.length, 1)
    assert.equal((await messagesOf(postgres)).length, 1)
    for (const { id, state } of orders) {
      assert.equal(inventory.reservations.get(id), state === 'confirmed' ? 'committed' : 'released')
      assert.equal(payments.charges.get(id) ?? 'none', state === 'confirmed' ? 'charged' : 'none')
    }
  })
}

test('of two replicas that recover at once, each takes its own orders', async t => {
  const postgres = await openShop(t)
  const orders = makeOrderStore(postgres)
  await createOrders(postgres, 12)

  const claims = await Promise.all([orders.claimUnfinished(10, 10_000), orders.claimUnfinished(10, 10_000)])

  const ids = claims.flat().map(order => order.id)
  assert.equal(ids.length, new Set(ids).size)
  const rest = await orders.claimUnfinished(20, 10_000)
  assert.equal(ids.length + rest.length, 12)
})

test('a step under an attempt that is over is refused', async t => {
  const postgres = await openShop(t)
  const orders = makeOrderStore(postgres)
  const [order] = await createOrders(postgres, 1)
  await orders.claimUnfinished(1, 10_000)

  const late = orders.advance(order as OrderRecord, 'reserved')

  await assert.rejects(late, { name: 'OrderTakenError' })
})

test('a refund that was begun is known to whoever takes the order over, and begun under no attempt that is over', async t => {
  const postgres = await openShop(t)
  const orders = makeOrderStore(postgres)
  const [order] = await createOrders(postgres, 1)

  const begun = await orders.beginRefund(order as OrderRecord)
  const [takenOver] = await orders.claimUnfinished(1, 10_000)

  assert.deepEqual([(order as OrderRecord).refundAsked, begun.refundAsked, takenOver?.refundAsked], [false, true, true])
  await assert.rejects(orders.beginRefund(begun), { name: 'OrderTakenError' })
})

test('old orders are removed when they are finished, in bites', async t => {
  const postgres = await openShop(t)
  const orders = makeOrderStore(postgres)
  const [open, ...others] = await createOrders(postgres, 4)
  for (const order of others) await orders.cancel(order)
  await postgres.run('age orders', sql => sql`UPDATE orders SET created_at = now() - interval '8 days'`)

  const bites = [await orders.removeOlderThan(7, 2), await orders.removeOlderThan(7, 2)]

  assert.deepEqual(bites, [2, 1])
  const left = await orders.find((open as OrderRecord).id)
  assert.ok(left !== undefined && !isFinished(left))
})

/** Pending orders that recovery may take at once. */
async function createOrders(postgres: Postgres, count: number): Promise<OrderRecord[]> {
  const orders = makeOrderStore(postgres)
  const created = await Promise.all(
    Array.from({ length: count }, () => {
      const id = randomUUID()
      const plain = { id, idempotencyKey: id, bodyHash: '', email: 'ada@techmart.example', traceContext: {} }
      const money = {
        shippingCents: 6_90,
        shippingSource: 'flat' as const,
        totalCents: 6_90,
        items: [],
        promotion: undefined,
      }
      return orders.create(
        { ...plain, ...money, country: 'IN', segment: 'unknown', customerName: undefined, createdAt: new Date() },
        0,
      )
    }),
  )
  return created.filter(order => order !== undefined)
}
