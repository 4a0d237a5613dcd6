// Nothing of an upload is lost or doubled, whatever becomes of the worker and of Kafka; and many large ones outgrow nobody.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totalSince } from './counted.ts'
import { compose, eventually, pauseShoppers, query, stopService } from './lab.ts'
import { countProducts, jobEnds, makeRows, type Row, readJob, sql, upload } from './uploads.ts'

test('several uploads of the largest size at once are all taken, and nobody runs out of memory', async () => {
  const before = await query('process_start_time_seconds{job=~"gateway|api|product-worker"}')
  const uploads = Array.from({ length: 4 }, () => makeRows(10_000))

  // They are taken in turn: who waits too long is asked to come again, and on a busy machine not every answer comes in time.
  const takeUntilTaken = (rows: Row[]) => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    return eventually(
      async () => {
        const answer = await upload(rows, headers)
        assert.ok(![429, 504].includes(answer.status), `${answer.status}`)
        return answer
      },
      { withinMs: 120_000, everyMs: 2_000 },
    )
  }
  const answers = await Promise.all(uploads.map(takeUntilTaken))
  for (const { status, body } of answers) {
    assert.equal(status, 202, JSON.stringify(body).slice(0, 300))
    const job = await jobEnds(body.id, 120_000)
    assert.deepEqual([job.state, job.rows.written], ['done', 10_000])
  }

  const after = await query('process_start_time_seconds{job=~"gateway|api|product-worker"}')
  assert.deepEqual(after.map(({ value }) => value).sort(), before.map(({ value }) => value).sort())
  await sql("DELETE FROM products WHERE sku LIKE 'T-%'")
})

const oldestUnfinished = async () => {
  const [sample] = await query('max(upload_job_oldest_unfinished_seconds)')
  assert.ok(sample, 'no upload_job_oldest_unfinished_seconds')
  return sample.value
}

test('while the worker is stopped uploads are taken and grow old visibly; when it is back they are done', async t => {
  await pauseShoppers(t)
  await eventually(async () => assert.equal(await oldestUnfinished(), 0), { withinMs: 60_000 })
  const startWorker = await stopService(t, 'product-worker')
  const rows = makeRows(700)

  const accepted = await upload(rows)
  const waiting = await readJob(accepted.body.id)
  const age = await eventually(
    async () => {
      const seconds = await oldestUnfinished()
      assert.ok(seconds > 10, `${seconds} s`)
      const [lag] = await query('max(kafka_consumer_lag{topic="products.upload.v1", group="product-worker"})')
      assert.ok((lag?.value ?? 0) >= 2, `the lag is ${lag?.value}`)
      return seconds
    },
    { withinMs: 60_000, everyMs: 1_000 },
  )
  await startWorker()
  const job = await jobEnds(accepted.body.id, 60_000)

  t.diagnostic(`the job was ${age} s old when the worker came back`)
  assert.equal(accepted.status, 202)
  assert.equal(waiting.state, 'queued')
  assert.deepEqual([job.state, job.rows.written], ['done', 700])
  assert.equal(await countProducts(rows), '700,700')
  await eventually(async () => assert.equal(await oldestUnfinished(), 0), { withinMs: 30_000 })
})

test('while Kafka is away uploads are taken, and done when it is back', async t => {
  await pauseShoppers(t)
  const startKafka = await stopService(t, 'kafka')
  const rows = makeRows(20)

  const accepted = await upload(rows)
  await startKafka()
  const job = await jobEnds(accepted.body.id, 120_000)

  assert.equal(accepted.status, 202)
  assert.equal(job.state, 'done')
  assert.equal(await countProducts(rows), '20,20')
})

test('a worker that is killed again and again, with a part of the rows uploaded twice, loses none and doubles none', async t => {
  await pauseShoppers(t)
  t.after(() => compose('start', 'product-worker'))
  const rows = makeRows(6_000)
  const batches = Array.from({ length: 60 }, (_, n) => rows.slice(n * 100, n * 100 + 100))
  // Every twentieth batch again, as another upload.
  const uploads = [...batches, ...batches.filter((_, n) => n % 20 === 0)]
  const jobs: string[] = []

  for (const [n, batch] of uploads.entries()) {
    const { status, body } = await upload(batch)
    assert.equal(status, 202)
    jobs.push(body.id)
    if (n % 20 === 10) {
      await compose('kill', '-s', 'SIGKILL', 'product-worker')
      await compose('start', 'product-worker')
    }
  }
  const ended = []
  for (const id of jobs) ended.push(await jobEnds(id, 120_000))

  assert.ok(ended.every(job => job.state === 'done' && job.rows.written === 100))
  assert.equal(
    ended.reduce((sum, job) => sum + job.rows.created, 0),
    6_000,
  )
  assert.equal(await countProducts(rows), '6000,6000')
})

test('a message that is delivered again changes nothing', async () => {
  const rows = makeRows(3)
  const { body } = await upload(rows)
  const job = await jobEnds(body.id)
  const since = Date.now()

  await sql(`INSERT INTO outbox (topic, key, value) SELECT topic, key, value FROM outbox WHERE key = '${body.id}'`)

  await eventually(
    async () => assert.ok((await totalSince('techmart_calls_total{span_name="late.product-upload-job"}', since)) >= 1),
    { withinMs: 45_000 },
  )
  assert.deepEqual(await readJob(body.id), job)
  assert.equal(await countProducts(rows), '3,3')
})

test('a message that is none ends in the dead letters, and its job has failed', async () => {
  const id = crypto.randomUUID()
  const since = Date.now()

  await sql(
    `INSERT INTO upload_jobs (id, body_hash, state, rows_total, rows_refused, messages, errors, created_at)
     VALUES ('${id}', '', 'queued', 1, 0, 1, '[]', now())`,
  )
  await sql(`INSERT INTO outbox (topic, key, value) VALUES ('products.upload.v1', '${id}', '{"rows": "none"}')`)
  const job = await jobEnds(id)

  assert.equal(job.state, 'failed')
  assert.ok(job.failure)
  await eventually(
    async () =>
      assert.ok((await totalSince('kafka_messages_total{topic="products.upload.v1", outcome="dead"}', since)) >= 1),
    { withinMs: 45_000 },
  )
})
