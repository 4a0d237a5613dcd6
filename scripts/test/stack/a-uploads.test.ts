// Uploads from the front door to the catalogue: rows become products, wrong ones are told, and one upload is one trace.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totalSince } from './counted.ts'
import { ask, eventually, newTrace, pauseShoppers, type Span, shop, tokens, trace, urls } from './lab.ts'
import { countProducts, jobEnds, makeRows, sql, upload, uploadPath } from './uploads.ts'

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
    ['product-worker', /^INSERT upload_messages INSERT products UPDATE upload_jobs$/],
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
