// The preload as Compose runs it: a child process against an in-process collector.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@techmart/platform/testing'
import { type FakeCollector, type OtlpSpan, startFakeCollector } from './fake-collector.ts'
import { type SmallService, startSmallService } from './small-service.ts'

const envFor = (collector: FakeCollector) => ({
  OTEL_SERVICE_NAME: 'small-service',
  OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=techmart',
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
})

const order = (service: SmallService, wish: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ wish }),
  })

const server = 2
const client = 3
const ok = 1
const error = 2
const unset = 0
const spansOf = (collector: FakeCollector, name: string, kind?: number): OtlpSpan[] =>
  collector.spans.filter(span => span.name === name && (kind === undefined || span.kind === kind))

/** One life of the service, with a request of each kind; the process is started once because that costs a second. */
async function liveOnce(t: TestContext) {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))
  const replies = []
  for (const wish of ['lamp', 'too much', 'trouble']) replies.push(await order(service, wish))
  await fetch(`${service.url}/things/7?email=grace%40techmart.example`)
  for (const path of ['/health', '/ready', '/metrics?x=1']) await fetch(`${service.url}${path}`)
  const exitCode = await service.stop()
  const traces = new Map(
    spansOf(collector, 'cuj.checkout').map(event => [
      String(event.attributes['cuj.outcome']),
      { event, spans: collector.spans.filter(span => span.traceId === event.traceId) },
    ]),
  )
  const traceOf = (outcome: string) => {
    const trace = traces.get(outcome)
    assert.ok(trace, `no cuj.checkout with the outcome ${outcome}`)
    return trace
  }
  return { collector, service, replies, exitCode, traceOf }
}

test('what a service sends in its life', async t => {
  const { collector, service, replies, exitCode, traceOf } = await liveOnce(t)

  await t.test('it ends orderly, and has answered as it should', () => {
    assert.equal(exitCode, 0)
    assert.deepEqual(
      replies.map(reply => [reply.status, reply.headers.get('x-techmart-journey')]),
      [
        [200, 'counted'],
        [409, 'counted'],
        [500, 'counted'],
      ],
    )
  })

  await t.test(
    'one checkout is one trace: SERVER, cuj.checkout, CLIENT and the SERVER below, each with cuj.name',
    () => {
      const { event, spans } = traceOf('ok')
      const find = (name: string, kind: number) => spans.find(span => span.name === name && span.kind === kind)
      const [entry, call, below] = [find('POST /orders', server), find('GET', client), find('GET /things/:id', server)]

      assert.equal(spans.length, 4)
      assert.deepEqual(
        [event.parentSpanId, call?.parentSpanId, below?.parentSpanId],
        [entry?.spanId, event.spanId, call?.spanId],
      )
      for (const span of spans) assert.equal(span.attributes['cuj.name'], 'checkout')
      assert.equal(entry?.attributes['cuj.critical'], true)
      assert.equal(event.attributes['cuj.critical'], true)
      assert.equal(event.status.code, ok)
    },
  )

  await t.test('a refusal ends the journey OK with its outcome and leaves the SERVER span alone', () => {
    const { event, spans } = traceOf('out_of_stock')

    assert.equal(event.status.code, ok)
    assert.equal(spans.find(span => span.kind === server)?.status.code, unset)
  })

  await t.test('a fault makes journey and SERVER span ERROR, and records the exception', () => {
    const { event, spans } = traceOf('failed')

    assert.equal(event.status.code, error)
    assert.equal(event.events[0]?.name, 'exception')
    assert.equal(spans.find(span => span.kind === server)?.status.code, error)
  })

  await t.test('no e-mail address leaves it: not by a query, a log line or an exception', () => {
    assert.ok(collector.spans.some(span => String(span.attributes['url.query']).includes('email=REDACTED')))
    assert.ok(collector.spans.some(span => String(span.attributes['url.full']).includes('email=REDACTED')))
    assert.doesNotMatch(collector.bodies.join('\n'), /grace/)
    assert.doesNotMatch(service.output.join('\n'), /grace/)
  })

  await t.test('log records arrive by OTLP and on stdout with the ids of their span', () => {
    const { event } = traceOf('ok')
    const record = collector.logs.find(log => log.body === 'an order came in' && log.traceId === event.traceId)
    const line = service.output
      .map(text => JSON.parse(text))
      .find(entry => entry.message === 'an order came in' && entry.trace_id === event.traceId)

    assert.equal(record?.spanId, event.spanId)
    assert.equal(record?.severityText, 'info')
    assert.equal(line?.span_id, event.spanId)
    assert.equal(line?.service, 'small-service')
  })

  await t.test('health, readiness, metrics and the exporter itself make no spans', () => {
    const paths = new Set(collector.spans.map(span => span.attributes['url.path']))

    assert.deepEqual([...paths].filter(path => path !== undefined).toSorted(), ['/orders', '/things/7'])
  })

  await t.test('HTTP metrics of the SDK are sent, and the instance is named', () => {
    assert.ok(collector.metricNames.has('http.server.request.duration'))
    assert.ok(collector.metricNames.has('http.client.request.duration'))
    assert.equal(collector.resources[0]?.['service.name'], 'small-service')
    assert.equal(typeof collector.resources[0]?.['service.instance.id'], 'string')
  })

  await t.test('kafkajs is instrumented under the preload', () => {
    assert.equal(service.isKafkaPatched, true)
  })
})

test('LOG_LEVEL keeps the less severe lines off both roads', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, { ...envFor(collector), LOG_LEVEL: 'error' })

  for (const wish of ['lamp', 'trouble']) await order(service, wish)
  await service.stop()

  assert.deepEqual(
    collector.logs.map(log => log.severityText),
    ['error'],
  )
  assert.equal(service.output.length, 1)
})

test('a collector that is away for some seconds loses neither spans nor logs', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  collector.answerWith(undefined)
  for (let at = 0; at < 20; at++) await order(service, 'lamp')
  // The queue waits a second for its batch, and the exporter itself tries for five before it gives the batch back.
  await eventually(() => assert.match(service.output.join('\n'), /holding them/), { withinMs: 15_000 })
  collector.answerWith(503)
  for (let at = 0; at < 20; at++) await order(service, 'lamp')
  collector.answerWith(200)

  await eventually(() => assert.equal(spansOf(collector, 'cuj.checkout').length, 40), { withinMs: 15_000 })
  await eventually(() => assert.equal(collector.logs.length, 40), { withinMs: 15_000 })
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  assert.match(metrics, /telemetry_dropped_total\{signal="spans"\} 0/)
  assert.match(metrics, /telemetry_dropped_total\{signal="logs"\} 0/)
})

test('an end while the collector is away is still an end', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))
  collector.answerWith(undefined)

  await order(service, 'lamp')

  assert.equal(await service.stop(), 0)
})

test('a service without a name ends at once and says why', () => {
  const preload = fileURLToPath(new URL('../src/telemetry.ts', import.meta.url))

  const result = spawnSync(process.execPath, ['--import', preload, '-e', ''], { env: {}, encoding: 'utf8' })

  assert.equal(result.status, 1)
  assert.match(result.stderr, /telemetry cannot start.*OTEL_SERVICE_NAME is missing/)
})
