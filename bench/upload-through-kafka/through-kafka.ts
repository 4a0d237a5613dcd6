// Measured by node's test runner against a running lab: see main.ts.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { UploadHandedIn } from '../../scripts/books/read-books.ts'
import { compose, eventually, stopService, urls } from '../../scripts/test/stack/lab.ts'
import { handIn } from '../../scripts/test/stack/stubborn-customers.ts'
import { sql } from '../../scripts/test/stack/uploads.ts'
import { openKafkaLag } from '../../services/lab/src/kafka-lag.ts'

const rows = Number(process.env.ROWS || 60_000)
const rowsAnUpload = 5_000
/** Suppliers at once; api takes their uploads in turns. */
const suppliers = 3
/** After these shares of the rows: api while it takes uploads, the worker while it writes. */
const kills = [
  { at: 0.02, service: 'api' },
  { at: 0.2, service: 'product-worker' },
  { at: 0.4, service: 'product-worker' },
  { at: 0.6, service: 'product-worker' },
  { at: 0.8, service: 'product-worker' },
] as const
/** Every twentieth message is delivered twice. */
const duplicateEvery = 20

interface Run {
  readonly uploads: readonly UploadHandedIn[]
  readonly seconds: number
}

async function handInAll(): Promise<UploadHandedIn[]> {
  const uploads: UploadHandedIn[] = []
  let left = Math.ceil(rows / rowsAnUpload)
  const supplier = async () => {
    while (left > 0) {
      left--
      uploads.push(await handIn(urls.store, rowsAnUpload))
    }
  }
  await Promise.all(Array.from({ length: suppliers }, supplier))
  return uploads
}

const inWords = (ids: readonly string[]) => ids.map(id => `'${id}'`).join(', ')

async function finish(startedMs: number, handedIn: Promise<UploadHandedIn[]>): Promise<Run> {
  const uploads = await handedIn
  const ids = inWords(uploads.map(({ jobId }) => jobId))
  await eventually(
    async () => {
      const unfinished = await sql(
        `SELECT count(*) FROM upload_jobs WHERE id IN (${ids}) AND state NOT IN ('done', 'failed')`,
      )
      assert.equal(unfinished, '0')
    },
    { withinMs: 300_000, everyMs: 200 },
  )
  const ended = await sql(`SELECT extract(epoch FROM max(finished_at)) FROM upload_jobs WHERE id IN (${ids})`)
  return { uploads, seconds: Number(ended) - startedMs / 1_000 }
}

async function checkRows(t: TestContext, name: string, { uploads, seconds }: Run): Promise<void> {
  const handedIn = uploads.reduce((sum, upload) => sum + upload.rows, 0)
  const ids = inWords(uploads.map(({ jobId }) => jobId))
  const isOurs = uploads.map(({ skuPrefix }) => `starts_with(sku, '${skuPrefix}')`).join(' OR ')
  const products = await sql(
    `SELECT count(*) || ' ' || count(DISTINCT sku) || ' ' || count(DISTINCT id) FROM products WHERE ${isOurs}`,
  )
  const jobs = await sql(
    `SELECT count(*) FILTER (WHERE state = 'done' AND rows_written = ${rowsAnUpload} AND messages_done = messages)
       || ' ' || sum(rows_written) || ' ' || sum(rows_created) FROM upload_jobs WHERE id IN (${ids})`,
  )
  t.diagnostic(
    `${name}: ${handedIn} rows in ${seconds.toFixed(1)} s: ${(handedIn / seconds).toFixed(0)} rows a second; products, SKUs, ids: ${products}; jobs right, rows counted, created: ${jobs}`,
  )
  assert.equal(products, `${handedIn} ${handedIn} ${handedIn}`)
  assert.equal(jobs, `${uploads.length} ${handedIn} ${handedIn}`)
}

/** Puts copies of some messages into the outbox, each once; says how many there are now, and of how many messages. */
async function deliverTwice(sinceMs: number): Promise<{ copies: number; messages: number }> {
  const sent = `topic = 'products.upload.v1' AND created_at >= to_timestamp(${sinceMs / 1_000})`
  await sql(
    `INSERT INTO outbox (topic, key, value, tracestate)
       SELECT topic, key, value, 'copy=' || id FROM outbox AS first
       WHERE ${sent} AND tracestate IS NULL AND id % ${duplicateEvery} = 0
         AND NOT EXISTS (SELECT FROM outbox AS copy WHERE copy.tracestate = 'copy=' || first.id)`,
  )
  const counted = await sql(
    `SELECT count(*) FILTER (WHERE tracestate LIKE 'copy=%') || ' ' || count(*) FILTER (WHERE tracestate IS NULL)
       FROM outbox WHERE ${sent}`,
  )
  const [copies = 0, messages = 0] = counted.split(' ').map(Number)
  return { copies, messages }
}

test('uploads through Kafka lose no row and double none, whoever is killed meanwhile', async t => {
  await stopService(t, 'k6')
  t.after(() => compose('start', 'api', 'product-worker'))
  const warmUp = await finish(Date.now(), Promise.all([handIn(urls.store, rowsAnUpload)]))
  await checkRows(t, 'warm-up', warmUp)

  const quietMs = Date.now()
  const quiet = await finish(quietMs, handInAll())
  await checkRows(t, 'nobody killed', quiet)

  const sinceMs = Date.now()
  const before = Number(await sql('SELECT count(*) FROM products'))
  const handedIn = handInAll()
  for (const { at, service } of kills) {
    await eventually(async () => assert.ok(Number(await sql('SELECT count(*) FROM products')) >= before + at * rows), {
      withinMs: 180_000,
      everyMs: 20,
    })
    await compose('kill', '--signal', 'SIGKILL', service)
    await deliverTwice(sinceMs)
    await compose('start', service)
  }
  await handedIn
  const { copies, messages } = await deliverTwice(sinceMs)
  const killed = await finish(sinceMs, handedIn)
  await eventually(async () => assert.equal(await sql('SELECT count(*) FROM outbox WHERE published_at IS NULL'), '0'), {
    withinMs: 60_000,
  })
  // The copies are read behind the last rows: what they would do is done when the group has nothing left to read.
  await using lag = openKafkaLag((process.env.KAFKA_TEST_BROKERS ?? '').split(','))
  await eventually(
    async () => {
      const [behind] = (await lag.read()).filter(({ group }) => group === 'product-worker')
      assert.equal(behind?.messages, 0)
    },
    { withinMs: 120_000, everyMs: 1_000 },
  )

  t.diagnostic(
    `${kills.length} SIGKILLs; ${copies} of ${messages} messages delivered twice (${((100 * copies) / messages).toFixed(1)} %)`,
  )
  await checkRows(t, 'killed and doubled', killed)
  t.diagnostic(`with the kills it took ${(killed.seconds / quiet.seconds).toFixed(2)} times as long`)
  assert.ok(copies / messages >= 0.03, `${copies} of ${messages} messages`)
})
