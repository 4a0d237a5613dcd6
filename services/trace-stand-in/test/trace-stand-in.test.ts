import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { collectorExport, tempoFound, tempoTrace, tempoTraceV2, traceId } from './fixtures.ts'
import { startStandIn } from './start-stand-in.ts'

const searchFor = async (api: string, parameters: Record<string, string>) => {
  const response = await fetch(`${api}/api/search?${new URLSearchParams(parameters)}`)
  return {
    status: response.status,
    body: (await response.json()) as { traces: { traceID: string }[]; message?: string },
  }
}

/** A trace of one span, `n` seconds after the others. */
const oneSpan = (n: number, padding = '') => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'api' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: n.toString(16).padStart(32, '1'),
              spanId: n.toString(16).padStart(16, '1'),
              name: 'GET /api/products',
              startTimeUnixNano: `${1_700_000_000 + n}000000000`,
              endTimeUnixNano: `${1_700_000_000 + n}250000000`,
              attributes: [{ key: 'padding', value: { stringValue: padding } }],
            },
          ],
        },
      ],
    },
  ],
})

test('a trace is answered in the shape Tempo gives it', async t => {
  const standIn = await startStandIn(t)
  await standIn.send(collectorExport)

  const [v1, v2] = await Promise.all([
    fetch(`${standIn.api}/api/traces/${traceId}`),
    fetch(`${standIn.api}/api/v2/traces/${traceId}`),
  ])

  assert.equal(v1.headers.get('x-trace-store'), 'stand-in')
  assert.deepEqual(await v1.json(), tempoTrace)
  assert.deepEqual(((await v2.json()) as { trace: unknown }).trace, tempoTraceV2)
})

test('parts of a trace that arrive in several exports, packed with gzip, are one trace', async t => {
  const standIn = await startStandIn(t)
  const [first, second] = collectorExport.resourceSpans

  await standIn.send({ resourceSpans: [first] })
  const packed = await fetch(`${standIn.intake}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify({ resourceSpans: [second] })),
  })

  assert.deepEqual(await packed.json(), { partialSuccess: {} })
  assert.deepEqual(await (await fetch(`${standIn.api}/api/traces/${traceId}`)).json(), tempoTrace)
})

test('a search by TraceQL answers what Tempo answers', async t => {
  const standIn = await startStandIn(t)
  await standIn.send(collectorExport)
  await standIn.send(oneSpan(1))

  const { body } = await searchFor(standIn.api, {
    q: '{ resource.service.name="api" && span.cuj.name = "checkout" && name="cuj.checkout" }',
  })

  assert.deepEqual(body.traces, [tempoFound])
})

test('all conditions must hold on the same span', async t => {
  const standIn = await startStandIn(t)
  await standIn.send(collectorExport)

  const { body } = await searchFor(standIn.api, { q: '{ resource.service.name="gateway" && name="cuj.checkout" }' })

  assert.deepEqual(body.traces, [])
})

for (const [q, found] of [
  ['{}', true],
  ['{ status = error }', true],
  ['{ kind = server && duration > 100ms }', true],
  ['{ duration > 2s }', false],
  ['{ span.http.response.status_code = 201 }', true],
  ['{ .cuj.name =~ "check.*" && rootServiceName = "gateway" }', true],
  ['{ span.cuj.critical = true }', true],
  ['{ span.nowhere != "x" }', false],
] as const) {
  test(`the query ${q} finds ${found ? 'the' : 'no'} trace`, async t => {
    const standIn = await startStandIn(t)
    await standIn.send(collectorExport)

    const { body } = await searchFor(standIn.api, { q })

    assert.equal(body.traces.length, found ? 1 : 0)
  })
}

test('tags are matched as substrings whatever their case', async t => {
  const standIn = await startStandIn(t)
  await standIn.send(collectorExport)

  const found = await searchFor(standIn.api, { tags: 'service.name=API cuj.name="check"' })
  const missed = await searchFor(standIn.api, { tags: 'service.name=inventory' })

  assert.equal(found.body.traces.length, 1)
  assert.equal(missed.body.traces.length, 0)
})

test('a search takes the latest traces, within its time and limit', async t => {
  const standIn = await startStandIn(t)
  for (const n of [1, 2, 3, 4]) await standIn.send(oneSpan(n))

  const { body } = await searchFor(standIn.api, { q: '{}', end: '1700000003', start: '1700000001', limit: '2' })

  assert.deepEqual(
    body.traces.map(trace => trace.traceID.at(-1)),
    ['3', '2'],
  )
})

test('a query it does not understand is refused, not answered wrongly', async t => {
  const standIn = await startStandIn(t)

  const { status, body } = await searchFor(standIn.api, { q: '{ name = "a" } | count() > 2' })

  assert.equal(status, 400)
  assert.match(body.message ?? '', /understands/)
})

test('the oldest traces go when the bytes run out', async t => {
  const standIn = await startStandIn(t, { maxBytes: 10_000 })

  for (const n of [1, 2, 3]) await standIn.send(oneSpan(n, 'x'.repeat(4000)))

  const { body } = await searchFor(standIn.api, { q: '{}' })
  assert.deepEqual(
    body.traces.map(trace => trace.traceID.at(-1)),
    ['3', '2'],
  )
  assert.deepEqual(((await (await fetch(standIn.api)).json()) as { evicted: number }).evicted, 1)
})

test('protobuf is refused with the setting that cures it', async t => {
  const standIn = await startStandIn(t)

  const response = await fetch(`${standIn.intake}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Buffer.from([10, 0]),
  })

  assert.equal(response.status, 415)
  assert.match(((await response.json()) as { message: string }).message, /TRACE_STORE_ENCODING=json/)
})

test('broken JSON and spans without ids are named', async t => {
  const standIn = await startStandIn(t)

  const broken = await fetch(`${standIn.intake}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"resourceSpans":',
  })
  const noIds = await standIn.send({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'lost' }] }] }] })

  assert.equal(broken.status, 400)
  assert.equal(
    ((await noIds.json()) as { partialSuccess: { rejectedSpans: string } }).partialSuccess.rejectedSpans,
    '1',
  )
})

test('an unknown trace is Tempo’s empty 404, a wrong id a 400', async t => {
  const standIn = await startStandIn(t)

  const [unknown, wrong, ready, echo] = await Promise.all(
    ['api/traces/abc', 'api/traces/xyz', 'ready', 'api/echo'].map(path => fetch(`${standIn.api}/${path}`)),
  )

  assert.equal(unknown?.status, 404)
  assert.equal(await unknown?.text(), '')
  assert.equal(wrong?.status, 400)
  assert.equal(ready?.status, 200)
  assert.equal(await echo?.text(), 'echo\n')
})

test('what is kept is scraped like the metrics of any other part', async t => {
  const standIn = await startStandIn(t)
  await standIn.send(collectorExport)

  const metrics = await (await fetch(`${standIn.api}/metrics`)).text()

  assert.match(metrics, /^# TYPE trace_stand_in_traces gauge\ntrace_stand_in_traces 1$/m)
})
