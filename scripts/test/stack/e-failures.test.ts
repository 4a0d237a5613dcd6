// What must still be true when a part of the lab is gone: nothing is lost that could be kept, and the pager still speaks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countedSince, totalSince } from './counted.ts'
import { ask, compose, eventually, newOrder, query, shop, stopService, urls } from './lab.ts'

const checkouts = Number(process.env.CHECKOUTS ?? 300)

/** Checks out `count` times, `atOnce` side by side, asking again with the same key until the store answers. */
async function buy(count: number, atOnce: number, onOrder: (done: number) => void = () => {}) {
  const answers = { placed: 0, declined: 0, other: new Map<number, number>(), askedAgain: 0 }
  let started = 0
  let done = 0
  const shopper = async () => {
    while (started < count) {
      started += 1
      const key = crypto.randomUUID()
      const json = newOrder({ items: [{ productId: 20 + (started % 50), quantity: 1 }] })
      for (;;) {
        const answer = await shop('/api/orders', { method: 'POST', json, headers: { 'idempotency-key': key } }).catch(
          () => undefined,
        )
        if (answer === undefined || answer.status >= 500 || answer.body.error === 'conflict') {
          answers.askedAgain += 1
          await new Promise(resolve => setTimeout(resolve, 500))
          continue
        }
        if (answer.status === 201) answers.placed += 1
        else if (answer.status === 402) answers.declined += 1
        else answers.other.set(answer.status, (answers.other.get(answer.status) ?? 0) + 1)
        break
      }
      done += 1
      onOrder(done)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, shopper))
  return answers
}

const ordersSince = async (sinceMs: number, states: string): Promise<number> => {
  const sql = `SELECT count(*) FROM orders WHERE created_at >= to_timestamp(${sinceMs / 1000}) AND state IN (${states})`
  return Number((await compose('exec', '-T', 'postgres', 'psql', '-U', 'techmart', '-d', 'api', '-tAc', sql)).trim())
}

const inboxSince = async (id: number) => (await ask(`${urls.lab}/lab/inbox?after=${id}&limit=1000`)).body.entries
const lastInboxId = async (): Promise<number> => {
  const { entries } = (await ask(`${urls.lab}/lab/inbox?limit=1000`)).body
  return entries.at(-1)?.id ?? 0
}

test('each checkout is counted once, though the collector is away for a while', async t => {
  await stopService(t, 'k6')
  // What the shoppers had sent until now is flushed and scraped.
  let before = await totalSince('techmart_calls_total{span_name="cuj.checkout"}', 0)
  await eventually(
    async () => {
      const now = await totalSince('techmart_calls_total{span_name="cuj.checkout"}', 0)
      const settled = now === before
      before = now
      assert.ok(settled)
    },
    { withinMs: 60_000, everyMs: 12_000 },
  )
  const since = Date.now()

  const away = { started: false }
  let startAgain = async () => {}
  const answers = await buy(checkouts, 8, done => {
    if (!away.started && done >= checkouts / 3) {
      away.started = true
      void stopService(t, 'otel-collector').then(start => {
        startAgain = start
      })
    }
  })
  await eventually(
    async () => assert.doesNotMatch(await compose('ps', '--services', '--filter', 'status=running'), /otel-collector/),
    { withinMs: 60_000 },
  )
  await startAgain()

  const orders = await ordersSince(since, "'confirmed', 'cancelled'")
  assert.equal(answers.placed, await ordersSince(since, "'confirmed'"))
  assert.equal(answers.placed + answers.declined, checkouts)
  assert.equal(orders, checkouts)
  await eventually(
    async () => {
      const counted = await totalSince('techmart_calls_total{span_name="cuj.checkout"}', since)
      t.diagnostic(`${checkouts} checkouts, ${orders} orders, ${counted} counted`)
      // Stopping the collector may cost the counts it had not flushed: at most five seconds of them.
      assert.ok(
        counted <= checkouts + answers.askedAgain && counted >= checkouts * 0.8,
        `${counted} of ${checkouts} counted`,
      )
    },
    { withinMs: 60_000, everyMs: 3_000 },
  )
})

test('with the trace store gone, requests are counted all the same and nobody is slowed', async t => {
  await stopService(t, 'k6')
  const store = (await compose('ps', '--services')).includes('trace-stand-in') ? 'trace-stand-in' : 'tempo'
  const quick = async () => {
    const started = performance.now()
    assert.equal((await shop('/api/products?pageSize=5')).status, 200)
    return performance.now() - started
  }
  await quick()
  const since = Date.now()
  await stopService(t, store)

  const times: number[] = []
  for (let n = 0; n < 200; n += 1) times.push(await quick())

  times.sort((a, b) => a - b)
  const p95 = times[190] as number
  assert.ok(p95 < 1_000, `p95 ${p95} ms`)
  await eventually(
    async () => {
      const counted = await countedSince(
        'techmart_calls_total{span_name="cuj.product-discovery", status_code="STATUS_CODE_OK"}',
        since,
      )
      assert.equal(
        counted.reduce((sum, { count }) => sum + count, 0),
        200,
      )
    },
    { withinMs: 30_000, everyMs: 2_000 },
  )
})

test('a dead api pages checkout and browsing, though it sends nothing', async t => {
  const after = await lastInboxId()
  const startApi = await stopService(t, 'api')

  await eventually(
    async () => {
      const paged = (await inboxSince(after)).filter(
        (entry: { alertname: string; status: string }) =>
          entry.alertname === 'JourneyBurnsFast' && entry.status === 'firing',
      )
      const journeys = new Set(paged.map((entry: { labels: Record<string, string> }) => entry.labels.cuj_name))
      for (const journey of ['checkout', 'product-discovery'])
        assert.ok(journeys.has(journey), `${journey} has not paged`)
    },
    { withinMs: 90_000, everyMs: 1_000 },
  )
  assert.ok(
    (
      await query(
        'techmart_calls_total{span_name="cuj.checkout", service_name="gateway", status_code="STATUS_CODE_ERROR"}',
      )
    ).length > 0,
  )
  const refused = await shop('/api/products')
  assert.equal(refused.status, 503)
  assert.equal(refused.body.error, 'unavailable')

  await startApi()
  await eventually(async () => assert.equal((await shop('/api/products')).status, 200), { withinMs: 60_000 })
  await eventually(
    async () => {
      const resolved = (await inboxSince(after)).filter(
        (entry: { alertname: string; status: string }) =>
          entry.alertname === 'JourneyBurnsFast' && entry.status === 'resolved',
      )
      assert.ok(
        resolved.some((entry: { labels: Record<string, string> }) => entry.labels.cuj_name === 'checkout'),
        'checkout has not resolved',
      )
    },
    { withinMs: 300_000, everyMs: 2_000 },
  )
})

test('a stopped broker loses no order event: the outbox keeps it until the broker is back', async t => {
  const startKafka = await stopService(t, 'kafka')

  const since = Date.now()
  const answers = await buy(20, 4)
  await startKafka()

  assert.equal(answers.placed + answers.declined, 20)
  await eventually(
    async () => {
      const sql = 'SELECT count(*) FROM outbox WHERE published_at IS NULL'
      const waiting = Number(
        (await compose('exec', '-T', 'postgres', 'psql', '-U', 'techmart', '-d', 'api', '-tAc', sql)).trim(),
      )
      assert.equal(waiting, 0)
      assert.ok((await totalSince('notifications_sent_total', since)) >= answers.placed)
    },
    { withinMs: 120_000, everyMs: 2_000 },
  )
})
