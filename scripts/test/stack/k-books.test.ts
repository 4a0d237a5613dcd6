// Customers who lose three answers of ten and ask again, services that die at any moment, and then the books: nobody was charged
// twice, nothing was sold twice, no order stayed in the middle. CHECKOUTS=10000 is the long form (bench/books).
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import type { CustomerAnswer } from '../../books/books.ts'
import { type Difference, findDifferences, ofCheckouts, ofStock } from '../../books/find-differences.ts'
import { openBooks, type UploadHandedIn } from '../../books/read-books.ts'
import { startKilling } from './kill-at-random.ts'
import { eventually, stopService, urls } from './lab.ts'
import { startLossyProxy } from './lossy-proxy.ts'
import { checkOut, handIn, signUp } from './stubborn-customers.ts'

const checkouts = Number(process.env.CHECKOUTS ?? 400)
const isLong = checkouts > 2_000
const customersAtOnce = isLong ? 32 : 16
const uploadEveryMs = 2_000
const lossRatio = 0.3
/** One after another, and near the end all at once. */
const killed = ['api', 'payments', 'inventory', 'users', 'notifications', 'product-worker']
const recoveredWithinMs = 30_000
/** Mails and customers' figures come by Kafka, behind whatever piled up while their readers were dead. */
const heardWithinMs = 120_000
const databases = process.env.POSTGRES_TEST_URL ?? ''

const inWords = (differences: readonly Difference[]): string =>
  `${differences.length} differences: ${differences
    .slice(0, 20)
    .map(({ promise, about, seen }) => `${promise}: ${about}: ${seen}`)
    .join('; ')}`

const noDifferences = (differences: readonly Difference[]) => assert.ok(differences.length === 0, inWords(differences))

test('books are not opened while a confirmed order waits for its mail', async t => {
  await stopService(t, 'k6')
  const api = postgres(new URL('/api', databases).href, { max: 1 })
  const orderId = randomUUID()
  t.after(async () => {
    await api`DELETE FROM orders WHERE id = ${orderId}`
    await api.end({ timeout: 3 })
  })
  await (await openBooks(databases))[Symbol.asyncDispose]()
  const change = { id: orderId, idempotency_key: orderId, state: 'confirmed', created_at: new Date().toISOString() }
  await api`
    INSERT INTO orders
    SELECT copy.* FROM (SELECT * FROM orders WHERE NOT is_sample LIMIT 1) AS one,
      jsonb_populate_record(NULL::orders, to_jsonb(one) || ${api.json(change)}) AS copy`

  await assert.rejects(
    openBooks(databases, { settleWithinMs: 1_000 }),
    new RegExp(`1 orders are still under way.*${orderId}`),
  )
})

test('after customers lost answers and services were killed at random, the books of all of them agree', async t => {
  await stopService(t, 'k6')
  // The long form is about the store alone, and wants the machine for it.
  for (const part of isLong ? ['prometheus', 'loki', 'alertmanager'] : []) await stopService(t, part)
  await using books = await openBooks(databases)
  const emails = await signUp(urls.store, 50)
  const proxy = await startLossyProxy(t, urls.store, lossRatio)
  const killer = startKilling(t, killed, [1_500, 6_000])

  const startedMs = Date.now()
  const answers: CustomerAnswer[] = []
  let begun = 0
  let together: Promise<void> | undefined
  const customer = async () => {
    while (begun < checkouts) {
      begun++
      answers.push(await checkOut(proxy.url, emails))
      if (answers.length > checkouts * 0.9) together ??= killer.killTogether(killed)
    }
  }
  const uploads: UploadHandedIn[] = []
  const supplier = async () => {
    while (answers.length < checkouts) {
      uploads.push(await handIn(proxy.url, 600))
      await delay(uploadEveryMs)
    }
  }
  await Promise.all([supplier(), ...Array.from({ length: customersAtOnce }, customer)])
  await together
  const lastAnswerMs = Date.now()
  const { kills, lastStartMs } = await killer.stop()

  const sinceMs = Math.max(lastStartMs, lastAnswerMs)
  const read = () => books.read({ answers, uploads })
  await eventually(
    async () => {
      const seen = await read()
      noDifferences([...ofCheckouts(seen), ...ofStock(seen)])
    },
    { withinMs: sinceMs + recoveredWithinMs - Date.now() },
  )
  const recoveredMs = Date.now()
  await eventually(async () => noDifferences(findDifferences(await read())), {
    withinMs: sinceMs + heardWithinMs - Date.now(),
  })
  const heardMs = Date.now()
  // It stays so: nothing that was late comes after all.
  await delay(3_000)
  const end = await read()
  noDifferences(findDifferences(end))

  const { requests, lost } = proxy.counts()
  const seconds = (lastAnswerMs - startedMs) / 1_000
  const states = Object.entries(Object.groupBy(end.orders, order => order.state)).map(
    ([state, of]) => `${of?.length} ${state}`,
  )
  const statuses = Object.entries(Object.groupBy(answers, ({ status }) => status)).map(
    ([status, of]) => `${of?.length} × ${status}`,
  )
  t.diagnostic(
    `${answers.length} checkouts (${statuses.join(', ')}) and ${uploads.length} uploads in ${seconds.toFixed(0)} s: ${requests} requests, ${lost} replies lost (${((100 * lost) / requests).toFixed(0)} %)`,
  )
  t.diagnostic(
    `orders: ${states.join(', ')}; killed: ${Object.entries(kills)
      .map(([service, times]) => `${service} ${times}`)
      .join(', ')}`,
  )
  t.diagnostic(
    `0 differences: checkouts and stock ${((recoveredMs - sinceMs) / 1_000).toFixed(1)} s after the last restart or answer, everything ${((heardMs - sinceMs) / 1_000).toFixed(1)} s`,
  )
  assert.equal(answers.length, checkouts)
  assert.ok(end.orders.some(({ state }) => state === 'confirmed') && lost > 0)
  assert.ok(
    Object.values(kills).every(times => times > 0),
    `killed: ${JSON.stringify(kills)}`,
  )
})
