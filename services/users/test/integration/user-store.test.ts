import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { buildSeededCustomers } from '../../src/seeded-customers.ts'
import { makeUserStore } from '../../src/user-store.ts'
import { ada, grace } from '../fakes.ts'

const migrations = new URL('../../migrations/', import.meta.url)
const now = new Date('2026-11-20T10:00:00Z')

async function openStore(t: TestContext) {
  const postgres = await openTestPostgres(t, migrations)
  return { postgres, users: makeUserStore(postgres) }
}

const createdOf = (user: typeof ada) => ({
  eventId: randomUUID(),
  userId: user.id,
  email: user.email,
  name: user.name,
  country: user.country,
  createdAt: user.history.signedUpAt.toISOString(),
})

test('a customer and the message that tells of them come into being together, once an address', async t => {
  const { postgres, users } = await openStore(t)
  const told = createdOf(grace)

  const created = await users.create(grace, told)
  const again = await users.create({ ...ada, email: 'grace@TECHMART.example' }, createdOf(ada))

  assert.deepEqual(created, grace)
  assert.equal(again, undefined)
  const messages = await postgres.run<{ topic: string; key: string; value: object }>(
    'read outbox',
    sql => sql`SELECT topic, key, value FROM outbox`,
  )
  assert.deepEqual([...messages], [{ topic: 'users.created.v1', key: grace.id, value: told }])
})

test('of twenty who sign up with one address at once one does', async t => {
  const { users } = await openStore(t)

  const results = await Promise.all(
    Array.from({ length: 20 }, () => {
      const user = { ...grace, id: randomUUID() }
      return users.create(user, createdOf(user))
    }),
  )

  assert.equal(results.filter(result => result !== undefined).length, 1)
})

test('a customer is found by id, and their card by an address in any case', async t => {
  const { users } = await openStore(t)
  await users.create(grace, createdOf(grace))

  assert.deepEqual(await users.find(grace.id), grace)
  assert.equal(await users.find(ada.id), undefined)
  assert.deepEqual(await users.findCard('GRACE@techmart.example'), { id: grace.id, name: 'Grace', segment: 'new' })
  assert.equal(await users.findCard('nobody@techmart.example'), undefined)
})

test('a change touches what it names, and a customer who was forgotten is gone', async t => {
  const { users } = await openStore(t)
  await users.create(grace, createdOf(grace))

  const moved = await users.update(grace.id, { country: 'JP' })
  const removed = [await users.remove(grace.id), await users.remove(grace.id)]

  assert.deepEqual(moved, { ...grace, country: 'JP' })
  assert.deepEqual(removed, [true, false])
  assert.equal(await users.update(grace.id, { name: 'Nobody' }), undefined)
})

test('two replicas that start at once seed the sample customers once, and every later start adds what is missing', async t => {
  const { users } = await openStore(t)
  const seeded = buildSeededCustomers(now)

  const added = await Promise.all([users.seed(seeded), users.seed(seeded), users.seed(seeded)])
  await users.remove(seeded[7]?.id ?? '')
  const later = await users.seed(buildSeededCustomers(new Date(now.getTime() + 86_400_000)))

  assert.deepEqual(added.toSorted(), [0, 0, 501])
  assert.equal(later, 1)
  assert.deepEqual(await users.find(seeded[8]?.id ?? ''), seeded[8])
})

test('whoever signed up with a sample address keeps it', async t => {
  const { users } = await openStore(t)
  const early = { ...grace, email: 'Shopper-12@techmart.example' }
  await users.create(early, createdOf(early))

  const added = await users.seed(buildSeededCustomers(now))

  assert.equal(added, 500)
  assert.equal((await users.findCard('shopper-12@techmart.example'))?.id, grace.id)
})

test('customers are listed by country and segment, who signed up last first', async t => {
  const { users } = await openStore(t)
  await users.seed(buildSeededCustomers(now))
  const query = { country: 'JP', segment: 'vip', page: 1, pageSize: 3, countUpTo: 1_000 } as const

  const first = await users.list(query)
  const second = await users.list({ ...query, page: 2 })
  const all = await users.list({ page: 1, pageSize: 1, countUpTo: 100 })

  const expected = buildSampleCustomers().filter(({ country, segment }) => country === 'JP' && segment === 'vip')
  const listed = [...first.users, ...second.users]
  assert.equal(first.total, expected.length)
  assert.deepEqual(listed.map(({ id }) => id).toSorted(), expected.map(({ id }) => id).toSorted())
  assert.ok(
    listed.every(({ history }, at) => at === 0 || history.signedUpAt <= (listed[at - 1]?.history.signedUpAt ?? now)),
  )
  assert.equal(all.total, 100)
})
