import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Postgres } from '@techmart/platform/postgres'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeOrderStore } from '../../src/order-store.ts'

const migrations = new URL('../../migrations/', import.meta.url)

/** Twelve orders, a minute apart, of two customers in turn; the first has the total of 1 cent, the second 2, … */
async function openHistory(t: TestContext): Promise<Postgres> {
  const postgres = await openTestPostgres(t, migrations)
  await postgres.run(
    'fill',
    sql => sql`
      INSERT INTO orders (id, body_hash, state, email, country, segment, items, shipping_cents, total_cents, history,
                          created_at, trace_context)
      SELECT gen_random_uuid(), '', 'confirmed', CASE WHEN n % 2 = 0 THEN 'Ada@techmart.example' ELSE 'grace@techmart.example' END,
             'IN', 'unknown', '[]', 0, n, '[]', now() - interval '1 day' + n * interval '1 minute', '{}'
      FROM generate_series(1, 12) AS n`,
  )
  return postgres
}

test("a customer's orders are found in upper and lower case, newest first and in pages", async t => {
  const orders = makeOrderStore(await openHistory(t))

  const first = await orders.list({ email: 'aDA@techmart.example', page: 1, pageSize: 4, countUpTo: 100 })
  const second = await orders.list({ email: 'ada@techmart.example', page: 2, pageSize: 4, countUpTo: 100 })

  assert.deepEqual(
    first.orders.map(({ totalCents }) => totalCents),
    [12, 10, 8, 6],
  )
  assert.deepEqual(
    second.orders.map(({ totalCents }) => totalCents),
    [4, 2],
  )
  assert.deepEqual([first.total, second.total], [6, 6])
})

test("everybody's orders are listed newest first, and counted up to a limit", async t => {
  const orders = makeOrderStore(await openHistory(t))

  const all = await orders.list({ page: 2, pageSize: 5, countUpTo: 10 })

  assert.deepEqual(
    all.orders.map(({ totalCents }) => totalCents),
    [7, 6, 5, 4, 3],
  )
  assert.equal(all.total, 10)
})

test('an address with quotes, wildcards or SQL in it finds nobody', async t => {
  const orders = makeOrderStore(await openHistory(t))

  for (const email of [`' OR 1=1 --`, '%', '%@techmart.example', `ada@techmart.example'`]) {
    const found = await orders.list({ email, page: 1, pageSize: 20, countUpTo: 100 })

    assert.equal(found.total, 0, email)
  }
})

test("a customer's orders are read through an index", async t => {
  const postgres = await openHistory(t)

  const plan = await postgres.transaction(async tx => {
    // Twelve rows are read faster as they lie; with the week's hundreds of thousands the plan is this one.
    await tx.run('forbid', sql => sql`SET LOCAL enable_seqscan = off`)
    return tx.run<{ 'QUERY PLAN': string }>(
      'explain',
      sql => sql`
        EXPLAIN SELECT * FROM orders WHERE lower(email) = lower('ada@techmart.example')
        ORDER BY created_at DESC, id DESC LIMIT 20`,
    )
  })

  const text = plan.map(row => row['QUERY PLAN']).join('\n')
  assert.match(text, /Index Scan Backward using orders_by_customer/)
  assert.doesNotMatch(text, /Sort/)
})
