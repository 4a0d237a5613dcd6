import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { readSeededCatalogue } from '../../src/catalogue.ts'
import { toOrder } from '../../src/order-record.ts'
import { makeOrderStore } from '../../src/order-store.ts'
import { buildSampleOrders, seedSampleOrders } from '../../src/sample-orders.ts'

const customers = buildSampleCustomers()
const ada = customers.find(({ email }) => email === 'ada@techmart.example') as (typeof customers)[number]

async function openShop(t: TestContext) {
  const postgres = await openTestPostgres(t, new URL('../../migrations/', import.meta.url))
  const rows = buildSampleOrders(customers, readSeededCatalogue(), new Date())
  return { postgres, rows, orders: makeOrderStore(postgres) }
}

test('a sample customer finds their past orders in their history, with name and segment', async t => {
  const { postgres, rows, orders } = await openShop(t)

  const added = await seedSampleOrders(postgres, rows)
  const found = await orders.list({ email: ada.email, page: 1, pageSize: 100, countUpTo: 100 })

  assert.equal(added, rows.length)
  assert.deepEqual(
    found.orders.map(({ id }) => id),
    ada.pastOrders.map(({ id }) => id),
  )
  const [newest] = found.orders.map(toOrder)
  assert.deepEqual(newest?.customer, { name: ada.name, segment: ada.segment })
  assert.equal(newest?.totalCents, ada.pastOrders[0]?.totalCents)
  assert.equal(newest?.state, 'confirmed')
})

test('a second start, or a second replica at the same time, adds nothing and moves no date', async t => {
  const { postgres, rows, orders } = await openShop(t)

  const added = await Promise.all([seedSampleOrders(postgres, rows), seedSampleOrders(postgres, rows)])
  const before = await orders.find(ada.pastOrders[0]?.id ?? '')
  const later = rows.map(row => ({ ...row, createdAt: new Date(row.createdAt.getTime() + 86_400_000) }))
  const addedLater = await seedSampleOrders(postgres, later)

  assert.equal((added[0] ?? 0) + (added[1] ?? 0), rows.length)
  assert.equal(addedLater, 0)
  assert.deepEqual((await orders.find(ada.pastOrders[0]?.id ?? ''))?.createdAt, before?.createdAt)
})

test('samples are never removed and never taken up by recovery, however old they are', async t => {
  const { postgres, rows, orders } = await openShop(t)
  await seedSampleOrders(postgres, rows)

  const removed = await orders.removeOlderThan(1, 10_000)
  const claimed = await orders.claimUnfinished(10, 1_000)

  assert.deepEqual([removed, claimed.length], [0, 0])
})
