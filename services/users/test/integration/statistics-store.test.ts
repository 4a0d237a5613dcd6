import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { buildSeededCustomers } from '../../src/seeded-customers.ts'
import { makeStatisticsStore } from '../../src/statistics-store.ts'
import type { UserRecord } from '../../src/user-record.ts'
import { makeUserStore } from '../../src/user-store.ts'
import { grace } from '../fakes.ts'

const migrations = new URL('../../migrations/', import.meta.url)
const dayMs = 86_400_000
const signedUpAt = grace.history.signedUpAt
const daysLater = (days: number) => new Date(signedUpAt.getTime() + days * dayMs)

/** A shop where Grace has signed up. */
async function openStores(t: TestContext) {
  const postgres = await openTestPostgres(t, migrations)
  const users = makeUserStore(postgres)
  const signUp = async (user: UserRecord) => {
    const { id: userId, email, name, country } = user
    const createdAt = user.history.signedUpAt.toISOString()
    await users.create(user, { eventId: randomUUID(), userId, email, name, country, createdAt })
  }
  await signUp(grace)
  return { postgres, users, signUp, statistics: makeStatisticsStore(postgres) }
}

const orderOf = (email: string, placedAt: Date, totalCents = 1_30) => ({
  eventId: randomUUID(),
  email,
  totalCents,
  placedAt: placedAt.toISOString(),
})

test('an order is counted for its customer once, however often and however much at once it is delivered', async t => {
  const { users, statistics } = await openStores(t)
  const order = orderOf('grace@TECHMART.example', daysLater(3))

  const results = await Promise.all(Array.from({ length: 8 }, () => statistics.record(order, daysLater(3))))

  assert.equal(results.filter(({ outcome }) => outcome === 'recorded').length, 1)
  assert.equal(results.filter(({ outcome }) => outcome === 'recorded-before').length, 7)
  assert.deepEqual((await users.find(grace.id))?.history, {
    signedUpAt,
    count: 1,
    totalCents: 1_30,
    lastAt: daysLater(3),
  })
})

test('fifty orders of one customer at once are fifty orders, and the last of them is the last', async t => {
  const { users, statistics } = await openStores(t)
  const orders = Array.from({ length: 50 }, (_, n) => orderOf(grace.email, daysLater(n), 1_000 + n))

  await Promise.all(orders.map(order => statistics.record(order, daysLater(50))))

  const user = await users.find(grace.id)
  assert.deepEqual(user?.history, { signedUpAt, count: 50, totalCents: 50_000 + 1_225, lastAt: daysLater(49) })
  assert.equal(user?.segment, 'vip')
})

test('an order of somebody who never signed up is remembered as told, and changes nobody', async t => {
  const { users, statistics } = await openStores(t)
  const order = orderOf('nobody@techmart.example', daysLater(1))

  const results = [await statistics.record(order, daysLater(1)), await statistics.record(order, daysLater(1))]

  assert.deepEqual(results, [{ outcome: 'no-customer' }, { outcome: 'recorded-before' }])
  assert.deepEqual(await users.find(grace.id), grace)
})

test('an order that could not be counted is not taken for counted', async t => {
  const { postgres, users, statistics } = await openStores(t)
  const order = orderOf(grace.email, daysLater(1))
  await postgres.run('fill figures', sql => sql`UPDATE users SET order_count = 2147483647`)

  await assert.rejects(statistics.record(order, daysLater(1)), /out of range/)

  await postgres.run('empty figures', sql => sql`UPDATE users SET order_count = 0`)
  const result = await statistics.record(order, daysLater(1))
  assert.equal(result.outcome, 'recorded')
  assert.equal((await users.find(grace.id))?.history.count, 1)
})

test('segments follow the passing of time by themselves, and an order brings a lost customer back', async t => {
  const { users, statistics } = await openStores(t)
  await statistics.record(orderOf(grace.email, daysLater(1)), daysLater(1))
  const segmentAfter = async (days: number) => {
    const refreshed = await statistics.refreshSegments(10, daysLater(days))
    return [refreshed, (await users.find(grace.id))?.segment]
  }

  const seen = [await segmentAfter(90), await segmentAfter(91), await segmentAfter(91), await segmentAfter(181)]
  const never = await segmentAfter(999)
  const back = await statistics.record(orderOf(grace.email, daysLater(1_000)), daysLater(1_000))

  assert.deepEqual(seen, [
    [0, 'new'],
    [1, 'at_risk'],
    [0, 'at_risk'],
    [1, 'churned'],
  ])
  assert.deepEqual(never, [0, 'churned'])
  assert.deepEqual(back, { outcome: 'recorded', userId: grace.id, from: 'churned', to: 'returning' })
})

test('two replicas share the segments that ran out, and a round takes no more than it may', async t => {
  const { signUp, statistics } = await openStores(t)
  for (let n = 11; n <= 16; n++) await signUp({ ...grace, id: randomUUID(), email: `customer-${n}@techmart.example` })

  const first = await statistics.refreshSegments(2, daysLater(100))
  const both = await Promise.all([
    statistics.refreshSegments(10, daysLater(100)),
    statistics.refreshSegments(10, daysLater(100)),
  ])
  const counts = await statistics.countSegments()

  assert.equal(first, 2)
  assert.equal(both[0] + both[1], 5)
  assert.deepEqual(counts, { new: 0, returning: 0, vip: 0, at_risk: 7, churned: 0 })
})

test('a sample customer keeps their segment, whatever is ordered and however long it takes', async t => {
  const { users, statistics } = await openStores(t)
  const seeded = buildSeededCustomers(signedUpAt)
  await users.seed(seeded)
  const churned = seeded.find(({ segment }) => segment === 'churned') as UserRecord

  for (let n = 1; n <= 20; n++) await statistics.record(orderOf(churned.email, daysLater(n)), daysLater(n))
  await statistics.refreshSegments(1_000, daysLater(999))

  const user = await users.find(churned.id)
  assert.equal(user?.segment, 'churned')
  assert.equal(user?.history.count, churned.history.count + 20)
})

test('old event ids are removed in bites, and what they counted stays', async t => {
  const { postgres, users, statistics } = await openStores(t)
  for (let n = 1; n <= 3; n++) await statistics.record(orderOf(grace.email, daysLater(n)), daysLater(n))
  await postgres.run('age events', sql => sql`UPDATE recorded_orders SET recorded_at = now() - interval '9 days'`)
  await statistics.record(orderOf(grace.email, daysLater(4)), daysLater(4))

  const bites = [await statistics.removeRecordedBefore(8, 2), await statistics.removeRecordedBefore(8, 2)]

  assert.deepEqual(bites, [2, 1])
  assert.equal((await users.find(grace.id))?.history.count, 4)
})

test('two replicas remove no more than is beyond the number that is kept', async t => {
  const { postgres, statistics } = await openStores(t)
  await postgres.run(
    'add customers',
    sql => sql`
      INSERT INTO users (id, email, name, country, segment, created_at)
      SELECT gen_random_uuid(), 'customer-' || n || '@techmart.example', 'Customer', 'US', 'new', now()
      FROM generate_series(1, 999) AS n`,
  )

  const bites = await Promise.all(Array.from({ length: 4 }, () => statistics.removeBeyond(600, 300)))
  const rest = await statistics.removeBeyond(600, 5_000)

  assert.equal(
    bites.reduce((sum, bite) => sum + bite, rest),
    400,
  )
  const counts = await statistics.countSegments()
  assert.equal(counts.new, 600)
})

test('beyond the number that is kept those go who were last seen longest ago, and never a sample customer', async t => {
  const { users, signUp, statistics } = await openStores(t)
  await users.seed(buildSeededCustomers(signedUpAt))
  const later = [11, 12, 13].map(n => ({
    ...grace,
    id: randomUUID(),
    email: `customer-${n}@techmart.example`,
    history: { ...grace.history, signedUpAt: daysLater(n) },
  }))
  for (const user of later) await signUp(user)
  // The first to sign up has been here last.
  await statistics.record(orderOf(grace.email, daysLater(20)), daysLater(20))

  const bites = [
    await statistics.removeBeyond(2, 1),
    await statistics.removeBeyond(2, 9),
    await statistics.removeBeyond(2, 9),
  ]

  assert.deepEqual(bites, [1, 1, 0])
  assert.notEqual(await users.find(grace.id), undefined)
  assert.deepEqual(await Promise.all(later.map(async ({ id }) => (await users.find(id)) !== undefined)), [
    false,
    false,
    true,
  ])
  assert.equal((await users.list({ page: 1, pageSize: 1, countUpTo: 1_000 })).total, 503)
})
