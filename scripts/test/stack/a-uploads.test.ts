// Uploads from the front door to the catalogue: rows become products, wrong ones are told, nothing is lost or doubled whatever
// becomes of the worker, and one upload is one trace.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totalSince } from './counted.ts'
import {
  ask,
  compose,
  eventually,
  newTrace,
  pauseShoppers,
  query,
  type Span,
  shop,
  stopService,
  tokens,
  trace,
  urls,
} from './lab.ts'

const uploadPath = '/api/admin/upload-products'

interface Row {
  readonly sku: string
  readonly priceCents: number
}

/** SKUs of the test's own. */
function makeRows(count: number): Row[] {
  const mark = crypto.randomUUID().slice(0, 8).toUpperCase()
  return Array.from({ length: count }, (_, n) => ({
    sku: `T-${mark}-${n}`,
    name: `Test part ${n}`,
    description: '',
    category: 'Garden',
    priceCents: 1_30 + n,
  }))
}

const upload = (products: readonly unknown[], headers: Record<string, string> = {}) =>
  shop(uploadPath, { method: 'POST', json: { products }, headers })

const readJob = async (id: string) => (await shop(`/api/admin/jobs/${id}`)).body

const jobEnds = (id: string, withinMs = 30_000) =>
  eventually(
    async () => {
      const job = await readJob(id)
      assert.ok(['done', 'failed'].includes(job.state), `the job is ${job.state}: ${JSON.stringify(job.rows)}`)
      return job
    },
    { withinMs },
  )

const sql = async (text: string): Promise<string> =>
  (await compose('exec', '-T', 'postgres', 'psql', '-U', 'techmart', '-d', 'api', '-tAc', text)).trim()

/** What the test's rows have become, as `count,distinct`. */
const countProducts = (rows: readonly Row[]) =>
  sql(
    `SELECT count(*) || ',' || count(DISTINCT sku) FROM products WHERE sku LIKE '${rows[0]?.sku.replace(/-\d+$/, '')}-%'`,
  )

test('an upload becomes products, and its job tells the counts and each wrong row', async () => {
  const rows = makeRows(1_203)
  const wrong = [{ ...rows[0], sku: 'no sku' }, { sku: 'ONLY-A-SKU' }, { ...rows[2], priceCents: 0.5 }]

  const accepted = await upload([...wrong, ...rows])
  const job = await jobEnds(accepted.body.id)

  assert.equal(accepted.status, 202, JSON.stringify(accepted.body))
  assert.equal(job.state, 'done')
  assert.deepEqual(job.rows, { total: 1_206, refused: 3, written: 1_203, created: 1_203 })
  assert.deepEqual(
    job.errors.map(({ row, field }: { row: number; field: string }) => [row, field]),
    [
      [0, 'sku'],
      [1, 'name'],
      [2, 'priceCents'],
    ],
  )
  assert.equal(await countProducts(rows), '1203,1203')
  const id = Number(await sql(`SELECT id FROM products WHERE sku = '${rows[11]?.sku}'`))
  const product = await shop(`/api/products/${id}`)
  assert.equal(product.body.priceCents, 1_41)
  assert.ok(id > 100_000, 'uploaded products come after the catalogue')
})

test('an uploaded product is sold out until inventory knows of it, and says so', async () => {
  const [row] = makeRows(1)
  const { body } = await upload([row])
  await jobEnds(body.id)
  const productId = Number(await sql(`SELECT id FROM products WHERE sku = '${row?.sku}'`))
  const order = { email: 'shopper@example.com', country: 'US', items: [{ productId, quantity: 1 }] }
  const before = await shop('/api/orders', { method: 'POST', json: order })

  await ask(`${urls.inventory}/stock/${productId}`, { method: 'PUT', json: { available: 5 } })
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const after = await eventually(
    async () => {
      const answer = await shop('/api/orders', { method: 'POST', json: order, headers })
      assert.ok([201, 402].includes(answer.status), JSON.stringify(answer.body))
      return answer
    },
    { withinMs: 30_000, everyMs: 1_000 },
  )

  assert.deepEqual([before.status, before.body.error], [409, 'out_of_stock'])
  assert.notEqual(after.status, 409)
})

test('the same Idempotency-Key is the same upload', async () => {
  const rows = makeRows(2)
  const headers = { 'idempotency-key': crypto.randomUUID() }

  const [first, again] = [await upload(rows, headers), await upload(rows, headers)]
  const other = await upload(makeRows(2), headers)

  assert.equal(again.body.id, first.body.id)
  assert.deepEqual([other.status, other.body.error], [422, 'key_reused'])
})

for (const [who, token, status] of [
  ['a stranger', undefined, 401],
  ['a customer', tokens.user, 403],
  ['the admin', tokens.admin, 202],
] as const) {
  test(`an upload by ${who} is answered ${status}`, async () => {
    const answer = await ask(urls.store + uploadPath, {
      method: 'POST',
      json: { products: makeRows(1) },
      ...(token === undefined ? {} : { token }),
    })

    assert.equal(answer.status, status, JSON.stringify(answer.body))
  })
}

test('a wrong shape is refused with its field, too many rows with the number allowed', async () => {
  const shapeless = await upload('none' as unknown as unknown[])
  const tooMany = await upload(Array.from({ length: 10_001 }, () => 0))

  assert.deepEqual([shapeless.status, shapeless.body.field], [400, 'body.products'])
  assert.deepEqual([tooMany.status, tooMany.body.field], [400, 'body.products'])
  assert.match(tooMany.body.message, /10000/)
})

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

// Which span is the parent of which, by service and what its name begins with.
const edges: ReadonlyArray<readonly [parent: readonly [string, RegExp], child: readonly [string, RegExp]]> = [
  [
    ['gateway', /^POST/],
    ['api', /^POST \/api\/admin\/upload-products$/],
  ],
  [
    ['api', /^POST \/api\/admin\/upload-products$/],
    ['api', /^cuj\.product-upload$/],
  ],
  [
    ['api', /^cuj\.product-upload$/],
    ['api', /^send products\.upload\.v1$/],
  ],
  [
    ['api', /^send products\.upload\.v1$/],
    ['product-worker', /^process products\.upload\.v1$/],
  ],
  [
    ['product-worker', /^process products\.upload\.v1$/],
    ['product-worker', /^cuj\.product-upload-job$/],
  ],
  [
    ['product-worker', /^cuj\.product-upload-job$/],
    ['product-worker', /^INSERT products$/],
  ],
]

const matches = (span: Span, [service, name]: readonly [string, RegExp]) =>
  span.service === service && name.test(span.name)

test('one upload is one trace from the gateway to the INSERT, and the job is a journey of its own', async () => {
  const { traceId, traceparent } = newTrace()
  const { body } = await upload(makeRows(30), { traceparent })
  await jobEnds(body.id)

  const spans = await eventually(
    async () => {
      const found = await trace(traceId)
      const byId = new Map(found.map(span => [span.spanId, span]))
      const hasEdge = ([parent, child]: (typeof edges)[number]) =>
        found.some(span => {
          const above = byId.get(span.parentSpanId)
          return matches(span, child) && above !== undefined && matches(above, parent)
        })
      assert.deepEqual(
        edges.filter(edge => !hasEdge(edge)).map(edge => edge.map(end => end.join(' ')).join(' → ')),
        [],
        found.map(span => `${span.service}: ${span.name}`).join('\n'),
      )
      return found
    },
    { withinMs: 45_000 },
  )

  const journeyOf = (service: string) =>
    [...new Set(spans.filter(span => span.service === service).map(span => span.attributes['cuj.name']))].sort()
  assert.deepEqual(journeyOf('gateway'), ['product-upload'])
  assert.deepEqual(journeyOf('api'), ['product-upload'])
  assert.deepEqual(journeyOf('product-worker'), ['product-upload-job'])
})

test('both journeys are counted', async t => {
  await pauseShoppers(t)
  const since = Date.now()
  const { body } = await upload(makeRows(1))
  await jobEnds(body.id)

  for (const journey of ['product-upload', 'product-upload-job']) {
    const selector = `techmart_calls_total{span_name="cuj.${journey}", status_code="STATUS_CODE_OK"}`
    await eventually(async () => assert.ok((await totalSince(selector, since)) >= 1, journey), { withinMs: 45_000 })
  }
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
