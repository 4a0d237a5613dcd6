import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxJobErrors, maxUploadRows } from '@techmart/contracts/upload-routes'
import type { HttpApp } from '@techmart/platform/http-app'
import { buildTestApp, countOf } from './build-test-app.ts'
import { fakeUploads, lampRow } from './fake-uploads.ts'

const admin = { 'x-techmart-role': 'admin' }

const upload = (app: HttpApp, body: unknown, headers: Record<string, string> = admin) =>
  app.inject({
    method: 'POST',
    url: '/api/admin/upload-products',
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  })

const lamps = (count: number) => Array.from({ length: count }, (_, n) => lampRow(n))

test('an upload is taken as a job, and its rows leave in messages of up to five hundred, none lost or doubled', async t => {
  const uploads = fakeUploads()
  const { app, metrics } = buildTestApp(t, { uploads })

  const reply = await upload(app, { products: lamps(1_201) })

  assert.equal(reply.statusCode, 202)
  const job = reply.json()
  assert.equal(reply.headers.location, `/api/admin/jobs/${job.id}`)
  assert.equal(job.state, 'queued')
  assert.deepEqual(job.rows, { total: 1_201, refused: 0, written: 0, created: 0 })
  assert.deepEqual(
    uploads.messages.map(message => message.rows.length),
    [500, 500, 201],
  )
  assert.deepEqual(
    uploads.messages.flatMap(message => message.rows),
    lamps(1_201),
  )
  assert.equal(new Set(uploads.messages.map(message => message.eventId)).size, 3)
  assert.ok(uploads.messages.every(message => message.jobId === job.id && message.acceptedAt === job.createdAt))
  assert.equal(await countOf(metrics, 'upload_rows_total', { outcome: 'good' }), 1_201)
})

test('rows with long texts leave in more messages, each a quarter of what Kafka takes', async t => {
  const uploads = fakeUploads()
  const { app } = buildTestApp(t, { uploads })
  // Three bytes a character.
  const products = lamps(400).map(row => ({ ...row, description: '猫'.repeat(1_000) }))

  const reply = await upload(app, { products })

  assert.equal(reply.statusCode, 202)
  assert.ok(uploads.messages.length > 1)
  for (const message of uploads.messages) assert.ok(Buffer.byteLength(JSON.stringify(message)) < 260_000)
  assert.deepEqual(
    uploads.messages.flatMap(message => message.rows),
    products,
  )
})

test('wrong rows do not sink the upload: each is an error that names row and field, and the others go on', async t => {
  const uploads = fakeUploads()
  const { app, metrics } = buildTestApp(t, { uploads })
  const { name: _name, ...nameless } = lampRow(5)
  const products = [
    lampRow(0),
    lampRow(1, { priceCents: '130' }),
    lampRow(2, { category: 'Weapons' }),
    lampRow(3, { colour: 'red' }),
    lampRow(4, { sku: 'no spaces' }),
    nameless,
    'a lamp',
    null,
    lampRow(0, { name: 'The same again' }),
    lampRow(9, { name: 'A\u0000B' }),
    lampRow(10, { description: 'half an emoji: \ud83d' }),
    lampRow(11),
  ]

  const reply = await upload(app, { products })

  assert.equal(reply.statusCode, 202)
  const job = reply.json()
  assert.deepEqual(job.rows, { total: 12, refused: 10, written: 0, created: 0 })
  assert.deepEqual(
    job.errors.map(({ row, field }: { row: number; field?: string }) => [row, field]),
    [
      [1, 'priceCents'],
      [2, 'category'],
      [3, undefined],
      [4, 'sku'],
      [5, 'name'],
      [6, undefined],
      [7, undefined],
      [8, 'sku'],
      [9, 'name'],
      [10, 'description'],
    ],
  )
  assert.match(job.errors[1].message, /must be one of Lighting, Kitchen/)
  assert.deepEqual(
    uploads.messages.flatMap(message => message.rows),
    [lampRow(0), lampRow(11)],
  )
  assert.equal(await countOf(metrics, 'upload_rows_total', { outcome: 'refused' }), 10)
})

for (const [what, wrong, field] of [
  ['a NUL in its name', { name: 'A\u0000B' }, 'name'],
  ['an escape character in its name', { name: '\u001b[31mred' }, 'name'],
  ['a line break in its name', { name: 'Lamp\nShade' }, 'name'],
  ['a name of blanks', { name: '   ' }, 'name'],
  ['a NUL in its description', { description: 'a\u0000b' }, 'description'],
  ['a bell in its description', { description: 'ring\u0007' }, 'description'],
  ['a NUL in its SKU', { sku: 'LAMP-1\u0000' }, 'sku'],
  ['a NUL in its category', { category: 'Lighting\u0000' }, 'category'],
] as const) {
  test(`a row with ${what} is an error of that row, and repeats nothing of it`, async t => {
    const uploads = fakeUploads()
    const { app } = buildTestApp(t, { uploads })

    const reply = await upload(app, { products: [lampRow(0), lampRow(1, wrong)] })

    assert.equal(reply.statusCode, 202)
    const { errors, rows } = reply.json()
    assert.equal(rows.refused, 1)
    assert.deepEqual([errors[0].row, errors[0].field], [1, field])
    assert.doesNotMatch(errors[0].message, /\p{Cc}/u)
    assert.equal(uploads.messages.flatMap(message => message.rows).length, 1)
  })
}

test('a description may be empty and have several lines', async t => {
  const { app } = buildTestApp(t)

  const reply = await upload(app, {
    products: [lampRow(0, { description: '' }), lampRow(1, { description: 'One\n\ttwo' })],
  })

  assert.equal(reply.json().rows.refused, 0)
})

test('the list of errors is bounded, and the count goes on', async t => {
  const { app } = buildTestApp(t)

  const reply = await upload(app, { products: Array.from({ length: 1_000 }, () => 'no row') })

  const job = reply.json()
  assert.equal(job.rows.refused, 1_000)
  assert.equal(job.errors.length, maxJobErrors)
})

test('an upload without a single good row has failed at once, and sends nothing', async t => {
  const uploads = fakeUploads()
  const { app } = buildTestApp(t, { uploads })

  const reply = await upload(app, { products: [{}] })

  assert.equal(reply.statusCode, 202)
  assert.equal(reply.json().state, 'failed')
  assert.equal(reply.json().finishedAt, reply.json().createdAt)
  assert.deepEqual(uploads.messages, [])
})

for (const [what, body, field] of [
  ['no list', {}, 'body.products'],
  ['an empty list', { products: [] }, 'body.products'],
  ['a list that is none', { products: 'lamp' }, 'body.products'],
  ['more rows than allowed', { products: Array.from({ length: maxUploadRows + 1 }, () => 0) }, 'body.products'],
  ['an unknown field', { products: [lampRow(1)], dryRun: true }, 'body.dryRun'],
  ['a list in place of a body', [lampRow(1)], 'body'],
] as const) {
  test(`${what} is refused as a whole, and ${field} is named`, async t => {
    const uploads = fakeUploads()
    const { app } = buildTestApp(t, { uploads })

    const reply = await upload(app, body)

    assert.equal(reply.statusCode, 400, reply.body)
    assert.equal(reply.json().field, field)
    assert.deepEqual(uploads.jobs, [])
  })
}

test('too many rows are told how many are allowed', async t => {
  const { app } = buildTestApp(t)

  const reply = await upload(app, { products: Array.from({ length: maxUploadRows + 1 }, () => 0) })

  assert.match(reply.json().message, /10000/)
})

test('a body beyond the limit is refused, and the limit is named', async t => {
  const { app } = buildTestApp(t)

  const reply = await upload(app, { products: [lampRow(1, { description: 'x'.repeat(2_600_000) })] })

  assert.equal(reply.statusCode, 413)
  assert.match(reply.json().message, /2500000 bytes/)
})

test('ten thousand ordinary rows fit', async t => {
  const { app } = buildTestApp(t)

  const reply = await upload(app, { products: lamps(maxUploadRows) })

  assert.equal(reply.statusCode, 202)
})

for (const [who, headers, status] of [
  ['nobody', {}, 401],
  ['a customer', { 'x-techmart-role': 'user', 'x-techmart-customer': 'ada@techmart.example' }, 403],
  ['the shop', { 'x-techmart-role': 'admin' }, 202],
  ['the traffic', { 'x-techmart-role': 'test' }, 202],
] as const) {
  test(`${who} is answered ${status} to an upload, and accordingly to a job`, async t => {
    const uploads = fakeUploads()
    const { app } = buildTestApp(t, { uploads })
    const known = (await upload(app, { products: lamps(1) })).json()

    const reply = await upload(app, { products: lamps(2) }, headers)
    const job = await app.inject({ method: 'GET', url: `/api/admin/jobs/${known.id}`, headers })

    assert.equal(reply.statusCode, status)
    assert.equal(job.statusCode, status === 202 ? 200 : status)
    assert.equal(uploads.jobs.length, status === 202 ? 2 : 1)
  })
}

test('whoever has no right is refused before the body is looked at', async t => {
  const { app } = buildTestApp(t)

  const reply = await upload(app, { nonsense: true }, {})

  assert.equal(reply.statusCode, 401)
})

test('the same Idempotency-Key gives the same job once, and another body under it is refused', async t => {
  const uploads = fakeUploads()
  const { app } = buildTestApp(t, { uploads })
  const headers = { ...admin, 'idempotency-key': 'upload-11' }

  const [first, twin] = await Promise.all([1, 2].map(() => upload(app, { products: lamps(3) }, headers)))
  const again = await upload(app, { products: lamps(3) }, headers)
  const other = await upload(app, { products: lamps(4) }, headers)

  assert.deepEqual([first?.statusCode, twin?.statusCode, again.statusCode, other.statusCode], [202, 202, 202, 422])
  assert.equal(other.json().error, 'key_reused')
  assert.equal(again.json().id, first?.json().id)
  assert.equal(twin?.json().id, first?.json().id)
  assert.equal(uploads.jobs.length, 1)
  assert.equal(uploads.messages.length, 1)
})

test('a job that does not exist is not found, and an id that is none is refused', async t => {
  const { app } = buildTestApp(t)
  const ask = (id: string) => app.inject({ method: 'GET', url: `/api/admin/jobs/${id}`, headers: admin })

  const unknown = await ask('0f0e7c52-0d65-4c8e-8a11-aa00bb00cc11')
  const nonsense = await ask('eleven')

  assert.equal(unknown.statusCode, 404)
  assert.deepEqual([nonsense.statusCode, nonsense.json().field], [400, 'params.id'])
})
