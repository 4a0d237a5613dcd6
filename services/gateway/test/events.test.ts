// POST /api/events: what strangers may tell of themselves, and what comes of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMetric } from '@techmart/platform/testing'
import { type Edge, startEdge } from './edge.ts'
import { recordJourneys } from './recorded-journeys.ts'

const report = (edge: Edge, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${edge.url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const browse = { name: 'browse', country: 'BR', segment: 'vip' }

test('steps of the funnel are counted by country and segment, and not written down one by one', async t => {
  const edge = await startEdge(t, {})

  const reply = await report(edge, { events: [browse, browse, { name: 'cart', productId: 11 }] })

  assert.equal(reply.status, 204)
  const funnel = await readMetric(edge.metrics, 'funnel_events_total')
  assert.equal(funnel['country=BR,segment=vip,step=browse'], 2)
  assert.equal(funnel['country=unknown,segment=unknown,step=cart'], 1)
  assert.deepEqual(edge.webLines, [])
})

test('every step, country and segment is there at 0 before anybody comes', async t => {
  const edge = await startEdge(t, {})

  const funnel = await readMetric(edge.metrics, 'funnel_events_total')

  assert.equal(Object.keys(funnel).length, 3 * 8 * 6)
  assert.ok(Object.values(funnel).every(count => count === 0))
})

test('page loads, web vitals and errors are measured and written in the name of the browser', async t => {
  const edge = await startEdge(t, {})

  const reply = await report(edge, {
    events: [
      { name: 'page_load', page: '/products/11', durationMs: 400 },
      { name: 'web_vital', metric: 'LCP', value: 2_100, at: '2026-01-01T00:00:00.000Z' },
      { name: 'web_vital', metric: 'CLS', value: 0.07 },
      { name: 'error', page: '/cart', message: 'x is not a function', stack: 'at pay\nat cart' },
    ],
  })

  assert.equal(reply.status, 204)
  assert.equal((await readMetric(edge.metrics, 'web_page_load_seconds_sum'))[''], 0.4)
  assert.equal((await readMetric(edge.metrics, 'web_vital_seconds_sum'))['metric=LCP'], 2.1)
  assert.equal((await readMetric(edge.metrics, 'web_layout_shift_score_sum'))[''], 0.07)
  assert.equal((await readMetric(edge.metrics, 'web_errors_total'))[''], 1)
  assert.deepEqual(edge.webLines, [
    {
      level: 'info',
      message: 'page loaded',
      attributes: { 'event.name': 'browser.page_load', page: '/products/11', duration_ms: 400 },
    },
    {
      level: 'info',
      message: 'web vital',
      attributes: {
        'event.name': 'browser.web_vital',
        occurred_at: '2026-01-01T00:00:00.000Z',
        metric: 'LCP',
        value: 2_100,
      },
    },
    {
      level: 'info',
      message: 'web vital',
      attributes: { 'event.name': 'browser.web_vital', metric: 'CLS', value: 0.07 },
    },
    {
      level: 'error',
      message: 'x is not a function',
      attributes: { 'event.name': 'browser.error', page: '/cart', 'exception.stacktrace': 'at pay at cart' },
    },
  ])
})

test("a browser's words are cut, and nothing personal in them is kept", async t => {
  const edge = await startEdge(t, {})
  const message = `cannot load http://localhost:8080/orders?email=ada@techmart.example for ada@techmart.example,
    card 4242 4242 4242 4242, Bearer user-token-123\u0000 ${'long '.repeat(200)}`

  await report(edge, { events: [{ name: 'error', message, stack: `at ada@techmart.example ${'x'.repeat(3_000)}` }] })

  const [line] = edge.webLines
  const stack = String(line?.attributes['exception.stacktrace'])
  assert.equal(line?.message.length, 300)
  assert.equal(stack.length, 1_000)
  for (const secret of ['ada@', '4242', 'user-token', 'email=', '\u0000', '\n']) {
    assert.ok(!line?.message.includes(secret) && !stack.includes(secret), secret)
  }
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`
const pay = {
  spanId: '00f067aa0ba902b7',
  method: 'POST',
  route: '/api/orders',
  status: 201,
  offsetMs: 12,
  durationMs: 340,
}
const click = {
  name: 'action',
  kind: 'click',
  page: '/checkout',
  traceparent,
  at: '2026-01-01T00:00:00.000Z',
  durationMs: 352,
  calls: [pay],
}

test('what a shopper did is the root of its trace, with each call below it, and a line that names both', async t => {
  const edge = await startEdge(t, {})
  const at = new Date().toISOString()
  const look = { ...pay, spanId: '00f067aa0ba902b8', method: 'GET', route: '/api/orders/:id', status: 503 }

  const reply = await report(edge, { events: [{ ...click, at, calls: [pay, look] }] })

  assert.equal(reply.status, 204)
  const root = { traceId, spanId: 'b7ad6b7169203331' }
  const below = { traceId, parentSpanId: root.spanId, kind: 'client', startMs: Date.parse(at) + 12, durationMs: 340 }
  assert.deepEqual(edge.webSpans, [
    {
      ...root,
      name: 'click /checkout',
      kind: 'internal',
      startMs: Date.parse(at),
      durationMs: 352,
      failed: true,
      attributes: { 'web.action': 'click', 'web.page': '/checkout' },
    },
    {
      ...below,
      spanId: '00f067aa0ba902b7',
      name: 'POST /api/orders',
      failed: false,
      attributes: { 'http.request.method': 'POST', 'http.response.status_code': 201, 'peer.service': 'gateway' },
    },
    {
      ...below,
      spanId: '00f067aa0ba902b8',
      name: 'GET /api/orders/:id',
      failed: true,
      attributes: { 'http.request.method': 'GET', 'http.response.status_code': 503, 'peer.service': 'gateway' },
    },
  ])
  const [line] = edge.webLines
  assert.deepEqual(line?.span, root)
  assert.equal(line?.message, 'click /checkout: 1 of 2 calls failed')
  assert.equal(line?.level, 'error')
})

for (const [status, failed] of [
  [0, true],
  [402, false],
  [409, false],
  [499, false],
  [500, true],
] as const) {
  test(`a call that ended with ${status} has ${failed ? 'failed' : 'not failed'}`, async t => {
    const edge = await startEdge(t, {})

    await report(edge, { events: [{ ...click, calls: [{ ...pay, status }] }] })

    assert.deepEqual(
      edge.webSpans.map(span => span.failed),
      [failed, failed],
    )
  })
}

test('a page or a route that is not ours is no name, and a clock that is far off is not believed', async t => {
  const edge = await startEdge(t, {})
  const began = Date.now()

  await report(edge, { events: [{ ...click, page: '/free-money', calls: [{ ...pay, route: '/api/free-money' }] }] })

  assert.deepEqual(
    edge.webSpans.map(span => span.name),
    ['click other', 'POST other'],
  )
  assert.ok(edge.webSpans.every(span => span.startMs >= began - click.durationMs))
  assert.ok(!JSON.stringify([edge.webSpans, edge.webLines]).includes('free-money'))
})

test('what a page asks by itself again and again is in the trace, and is a line only when it fails', async t => {
  const edge = await startEdge(t, {})

  await report(edge, { events: [{ ...click, kind: 'background' }] })
  await report(edge, { events: [{ ...click, kind: 'background', calls: [{ ...pay, status: 504 }] }] })

  assert.equal(edge.webSpans.length, 4)
  assert.deepEqual(
    edge.webLines.map(line => line.level),
    ['error'],
  )
})

test('an error, a page load and a web vital say in which trace they stand', async t => {
  const edge = await startEdge(t, {})

  await report(edge, {
    events: [
      { name: 'error', message: 'x is not a function', traceparent },
      { name: 'page_load', durationMs: 400, traceparent },
      { name: 'web_vital', metric: 'INP', value: 40, traceparent },
      { name: 'web_vital', metric: 'INP', value: 40 },
    ],
  })

  const span = { traceId, spanId: 'b7ad6b7169203331' }
  assert.deepEqual(
    edge.webLines.map(line => line.span),
    [span, span, span, undefined],
  )
})

for (const [wrong, body, field] of [
  ['an event that is not on the list', { events: [{ name: 'cuj.checkout' }] }, 'body.events.0.name'],
  ['an event without a name', { events: [{ country: 'BR' }] }, 'body.events.0.name'],
  ['a journey', { events: [{ ...browse, journey: 'checkout' }] }, 'body.events.0.journey'],
  ['the attribute of a journey', { events: [{ ...browse, 'cuj.name': 'checkout' }] }, 'body.events.0.cuj.name'],
  ['a country we do not ship to', { events: [{ ...browse, country: 'XX' }] }, 'body.events.0.country'],
  ['what belongs to another event', { events: [{ ...browse, metric: 'LCP' }] }, 'body.events.0.metric'],
  ['a web vital without its value', { events: [{ name: 'web_vital', metric: 'LCP' }] }, 'body.events.0.value'],
  ['a page with a query', { events: [{ name: 'page_load', durationMs: 1, page: '/?q=a' }] }, 'body.events.0.page'],
  ['an action without calls', { events: [{ ...click, calls: [] }] }, 'body.events.0.calls'],
  ['an action without its trace', { events: [{ ...click, traceparent: undefined }] }, 'body.events.0.traceparent'],
  [
    'a trace of no id',
    { events: [{ ...click, traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }] },
    'body.events.0.traceparent',
  ],
  ['the journey of an action', { events: [{ ...click, 'cuj.name': 'checkout' }] }, 'body.events.0.cuj.name'],
  [
    'a call with a query',
    { events: [{ ...click, calls: [{ ...pay, route: '/api/orders?email=a' }] }] },
    'body.events.0.calls.0.route',
  ],
  ['more than twenty events', { events: Array.from({ length: 21 }, () => browse) }, 'body.events'],
  ['no events', { events: [] }, 'body.events'],
] as const) {
  test(`${wrong} is refused, and nothing is counted`, async t => {
    const edge = await startEdge(t, {})

    const reply = await report(edge, body)

    assert.equal(reply.status, 400)
    assert.equal(((await reply.json()) as { field: string }).field, field)
    const funnel = await readMetric(edge.metrics, 'funnel_events_total')
    assert.ok(Object.values(funnel).every(count => count === 0))
  })
}

test('an event that is not on the list is told what is', async t => {
  const edge = await startEdge(t, {})

  const reply = await report(edge, { events: [{ name: 'purchase' }] })

  const { allowed } = (await reply.json()) as { allowed: string[] }
  assert.deepEqual(allowed, ['browse', 'view', 'cart', 'page_load', 'web_vital', 'error', 'action'])
})

test('more than 8 KiB is 413, another type is 415, a token that nobody has is 401', async t => {
  const edge = await startEdge(t, {})

  const replies = await Promise.all([
    report(edge, { events: [{ name: 'error', message: 'x'.repeat(8_200) }] }),
    report(edge, '{"events":[]}', { 'content-type': 'text/plain' }),
    report(edge, { events: [browse] }, { authorization: 'Bearer nobody' }),
  ])

  assert.deepEqual(
    replies.map(reply => reply.status),
    [413, 415, 401],
  )
})

test('who tells too much is asked to wait, and can still shop', async t => {
  const edge = await startEdge(t, {}, { EVENTS_PER_MINUTE: 2 })
  const tell = () => report(edge, { events: [browse] })

  const statuses = [(await tell()).status, (await tell()).status, (await tell()).status]
  const traffic = await report(edge, { events: [browse] }, { authorization: 'Bearer test-token-789' })
  const shopping = await fetch(`${edge.url}/api/products`)

  assert.deepEqual(statuses, [204, 204, 429])
  assert.equal(traffic.status, 204)
  assert.equal(shopping.status, 503)
})

test('no event, whatever it says, is an event of a journey', async t => {
  const recorded = recordJourneys(t)
  const edge = await startEdge(t, {})

  await report(edge, { events: [browse] }, { baggage: 'cuj.name=checkout' })
  await report(edge, { events: [{ name: 'cuj.checkout' }] }, { baggage: 'cuj.name=checkout' })

  assert.deepEqual(recorded.journeys(), [])
})
