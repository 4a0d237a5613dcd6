// The collector alone, running: what it takes away, what it counts, and that storing never disturbs counting.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findComposeService, runDocker } from '../lib/images.ts'
import { eventually, type RunningCollector, startCollector } from '../lib/run-collector.ts'

type Value = string | number | boolean
const toAttributes = (fields: Readonly<Record<string, Value>>) =>
  Object.entries(fields).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'number'
          ? { intValue: value }
          : { boolValue: value },
  }))

const resource = (instance = 'one') => ({
  attributes: toAttributes({ 'service.name': 'api', 'service.namespace': 'techmart', 'service.instance.id': instance }),
})
const randomHex = (bytes: number) => crypto.getRandomValues(Buffer.alloc(bytes)).toString('hex')

interface SpanWords {
  readonly name: string
  readonly attributes?: Readonly<Record<string, Value>>
  readonly more?: Readonly<Record<string, unknown>>
  readonly instance?: string
}

function toSpans({ name, attributes = {}, more = {}, instance }: SpanWords) {
  const nanos = (ms: number) => `${ms}000000`
  const [start, end] = [nanos(Date.now() - 20), nanos(Date.now())]
  const ids = { traceId: randomHex(16), spanId: randomHex(8) }
  const times = { startTimeUnixNano: start, endTimeUnixNano: end }
  const span = { ...ids, ...times, name, kind: 1, status: { code: 1 }, attributes: toAttributes(attributes), ...more }
  return { resourceSpans: [{ resource: resource(instance), scopeSpans: [{ spans: [span] }] }] }
}

interface Point {
  attributes: { key: string; value: { stringValue?: string } }[]
  asInt?: string
}

/** The latest value of techmart.calls for a span name, and the attributes of its resource. */
function findCalls(collector: RunningCollector, spanName: string) {
  for (const body of collector.metrics.bodies.toReversed()) {
    for (const { resource, scopeMetrics } of JSON.parse(body).resourceMetrics) {
      for (const metric of scopeMetrics.flatMap((scope: { metrics: unknown[] }) => scope.metrics)) {
        if (metric.name !== 'techmart.calls') continue
        const points = (metric.sum.dataPoints as Point[]).filter(point =>
          point.attributes.some(({ key, value }) => key === 'span.name' && value.stringValue === spanName),
        )
        if (points.length > 0) return { points, resource: resource.attributes.map((a: { key: string }) => a.key) }
      }
    }
  }
  return { points: [] as Point[], resource: [] as string[] }
}

test('nothing personal and nothing secret gets past the collector', async t => {
  const collector = await startCollector(t)
  const span = toSpans({
    name: 'GET /api/orders of ada@techmart.example',
    attributes: {
      'url.query': 'email=ada@techmart.example&page=2&ada%40techmart.example',
      'url.full': 'http://ada:hunter2@api:3001/api/orders?email=ada%40techmart.example&4111111111111111#top',
      'http.target': '/api/orders?email=ada@techmart.example',
      'user.email': 'ada@techmart.example',
      'http.request.header.authorization': 'Bearer user-token-123',
      'app.card_number': '4111111111111111',
      'client.address': '203.0.113.7',
      'order.note': 'for ada@techmart.example, paid with 4111 1111 1111 1111',
      'url.path': '/api/products/4111111111111111',
      'user_agent.original': 'curl of user-token-123',
      'order.id': '7ec4a127-4000-4000-8000-000000004000',
      'order.placed': '1700000000000',
      'http.route': '/api/orders',
    },
    more: {
      status: { code: 2, message: 'no mail to ada@techmart.example' },
      events: [
        { name: 'exception', attributes: toAttributes({ 'exception.message': 'ada@techmart.example refused' }) },
      ],
    },
  })
  const line = {
    body: { stringValue: 'mail to ada@techmart.example failed' },
    attributes: toAttributes({
      'customer.email': 'ada@techmart.example',
      token: 'user-token-123',
      note: 'ask ada@techmart.example, who sent Bearer abc.def-hidden',
    }),
  }

  await collector.send('traces', span)
  await collector.send('logs', { resourceLogs: [{ resource: resource(), scopeLogs: [{ logRecords: [line] }] }] })
  await eventually(() => assert.ok(collector.traces.bodies.length > 0 && collector.logs.bodies.length > 0), {
    withinMs: 10_000,
  })
  await eventually(() => assert.ok(findCalls(collector, 'GET /api/orders of REDACTED').points.length > 0), {
    withinMs: 15_000,
  })

  const stored = [...collector.traces.bodies, ...collector.logs.bodies, ...collector.metrics.bodies].join('\n')
  for (const secret of ['ada@', 'ada%40', 'hunter2', 'user-token', 'abc.def', '4111', '203.0.113.7']) {
    assert.ok(
      !stored.includes(secret),
      `${secret} got past: ${stored.slice(Math.max(0, stored.indexOf(secret) - 80), stored.indexOf(secret) + 40)}`,
    )
  }
  assert.match(stored, /email=REDACTED&page=REDACTED/)
  assert.match(stored, /"\/api\/orders"/)
  // What only looks like a card's number stays.
  assert.match(stored, /7ec4a127-4000-4000-8000-000000004000/)
  assert.match(stored, /1700000000000"/)
})

test("a stranger's trace state does not multiply the counts, and two replicas are one series", async t => {
  const collector = await startCollector(t)

  // th:c asks the counter to take each span for four (W3C probability sampling).
  for (const instance of ['one', 'two', 'two']) {
    await collector.send('traces', toSpans({ name: 'cuj.checkout', instance, more: { traceState: 'ot=th:c' } }))
  }

  await eventually(
    () => {
      const { points, resource } = findCalls(collector, 'cuj.checkout')
      assert.deepEqual(
        points.map(point => point.asInt),
        ['3'],
      )
      assert.deepEqual(resource, ['service.name'])
    },
    { withinMs: 20_000 },
  )
})

test('a span cuj.<journey> is an event of its journey, though it does not say so itself', async t => {
  const collector = await startCollector(t)
  const journeyOf = (spanName: string) =>
    findCalls(collector, spanName).points.map(
      point => point.attributes.find(({ key }) => key === 'cuj.name')?.value.stringValue,
    )

  await collector.send('traces', toSpans({ name: 'cuj.gift-wrapping' }))
  await collector.send('traces', toSpans({ name: 'cuj.checkout', attributes: { 'cuj.name': 'checkout' } }))
  for (const name of ['cuj.Gift Wrapping!', 'late.checkout', 'GET /cuj.checkout']) {
    await collector.send('traces', toSpans({ name }))
  }

  await eventually(
    () => {
      assert.deepEqual(journeyOf('cuj.gift-wrapping'), ['gift-wrapping'])
      assert.deepEqual(journeyOf('cuj.checkout'), ['checkout'])
      // No name of a journey: it would be a label that nobody can read, or no event at all.
      for (const name of ['cuj.Gift Wrapping!', 'late.checkout', 'GET /cuj.checkout'])
        assert.deepEqual(journeyOf(name), [undefined], name)
    },
    { withinMs: 20_000 },
  )
})

test('a full trace queue costs traces, and neither counts nor answers', async t => {
  const collector = await startCollector(t, { traceStoreIsAway: true, env: { TRACE_QUEUE_BYTES: '20000' } })
  const statuses = new Set<number>()

  for (let sent = 0; sent < 400; sent++) {
    statuses.add(
      await collector.send('traces', toSpans({ name: 'cuj.checkout', attributes: { 'cuj.name': 'checkout' } })),
    )
  }

  await eventually(
    () =>
      assert.deepEqual(
        findCalls(collector, 'cuj.checkout').points.map(point => point.asInt),
        ['400'],
      ),
    { withinMs: 20_000 },
  )
  assert.deepEqual([...statuses], [200])
  assert.match(await collector.figures(), /otelcol_exporter_enqueue_failed_spans\{[^}]*otlp_http\/tempo[^}]*\} [1-9]/)
})

test('what containers print is filed under their services, and the lines that went by OTLP are not there twice', async t => {
  const collector = await startCollector(t)
  const { image } = await findComposeService('alertmanager') // has a shell
  const print = (service: string, ...lines: string[]) =>
    runDocker([
      ...['run', '--rm', '--network', 'none', '--label', `com.docker.compose.service=${service}`],
      ...['--log-driver', 'fluentd', '--log-opt', `fluentd-address=${collector.containerOutputAddress}`],
      ...['--log-opt', 'fluentd-async=true', '--log-opt', 'labels=com.docker.compose.service'],
      ...['--entrypoint', '/bin/sh', image, '-c', 'printf "%s\\n" "$@"', 'sh', ...lines],
    ])

  const ended = await Promise.all([
    print('postgres', 'LOG:  ready for ada@techmart.example', 'ERROR:  relation missing'),
    print('api', '{"level":"info","service":"api","message":"went by OTLP"}', 'Error: PORT is missing'),
  ])
  for (const { code, output } of ended) assert.equal(code, 0, output)
  await eventually(() => assert.equal(findLines(collector).length, 3), { withinMs: 15_000 })

  assert.deepEqual(findLines(collector).sort(), [
    'api: Error: PORT is missing',
    'postgres: ERROR:  relation missing',
    'postgres: LOG:  ready for REDACTED',
  ])
})

interface ResourceLogs {
  resource: { attributes: { key: string; value: { stringValue: string } }[] }
  scopeLogs: { logRecords: { body: { stringValue: string } }[] }[]
}

/** Every line that was stored, behind the name of its service. */
function findLines(collector: RunningCollector): string[] {
  return collector.logs.bodies.flatMap(body =>
    (JSON.parse(body).resourceLogs as ResourceLogs[]).flatMap(({ resource, scopeLogs }) => {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue
      return scopeLogs.flatMap(scope => scope.logRecords.map(record => `${service}: ${record.body.stringValue}`))
    }),
  )
}
