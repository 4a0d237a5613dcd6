// The preload as Compose runs it: a child process against an in-process collector.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
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

test('one checkout is one trace: SERVER, cuj.checkout, CLIENT and the SERVER below, each with cuj.name', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  const reply = await order(service, 'lamp')
  assert.equal(await service.stop(), 0)

  assert.equal(reply.headers.get('x-techmart-journey'), 'counted')
  const [entry] = spansOf(collector, 'POST /orders', server)
  const [event] = spansOf(collector, 'cuj.checkout')
  const [call] = spansOf(collector, 'GET', client)
  const [below] = spansOf(collector, 'GET /things/:id', server)
  assert.equal(collector.spans.length, 4)
  assert.deepEqual(
    [event?.parentSpanId, call?.parentSpanId, below?.parentSpanId],
    [entry?.spanId, event?.spanId, call?.spanId],
  )
  assert.equal(new Set(collector.spans.map(span => span.traceId)).size, 1)
  for (const span of collector.spans) assert.equal(span.attributes['cuj.name'], 'checkout')
  assert.equal(event?.attributes['cuj.critical'], true)
  assert.equal(entry?.attributes['cuj.critical'], true)
  assert.equal(event?.attributes['cuj.outcome'], 'ok')
  assert.equal(event?.status.code, ok)
})

test('a refusal ends the journey OK with its outcome and leaves the SERVER span alone', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  const reply = await order(service, 'too much')
  await service.stop()

  assert.equal(reply.status, 409)
  const [event] = spansOf(collector, 'cuj.checkout')
  assert.equal(event?.status.code, ok)
  assert.equal(event?.attributes['cuj.outcome'], 'out_of_stock')
  assert.equal(spansOf(collector, 'POST /orders')[0]?.status.code, unset)
})

test('a fault makes journey and SERVER span ERROR, and records the exception', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  const reply = await order(service, 'trouble')
  await service.stop()

  assert.equal(reply.status, 500)
  const [event] = spansOf(collector, 'cuj.checkout')
  assert.equal(event?.status.code, error)
  assert.equal(event?.events[0]?.name, 'exception')
  assert.equal(spansOf(collector, 'POST /orders')[0]?.status.code, error)
})

test('no e-mail address leaves the service: not by a query, a log line or an exception', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  for (const wish of ['lamp', 'trouble']) await order(service, wish)
  await fetch(`${service.url}/things/7?email=grace%40techmart.example`)
  await service.stop()

  assert.ok(collector.spans.some(span => String(span.attributes['url.query']).includes('email=REDACTED')))
  assert.ok(collector.spans.some(span => String(span.attributes['url.full']).includes('email=REDACTED')))
  assert.doesNotMatch(collector.bodies.join('\n'), /grace/)
  assert.doesNotMatch(service.output.join('\n'), /grace/)
})

test('log records arrive by OTLP and on stdout with the ids of their span', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  await order(service, 'lamp')
  await service.stop()

  const [event] = spansOf(collector, 'cuj.checkout')
  const record = collector.logs.find(log => log.body === 'an order came in')
  const line = service.output.map(text => JSON.parse(text)).find(entry => entry.message === 'an order came in')
  assert.deepEqual([record?.traceId, record?.spanId], [event?.traceId, event?.spanId])
  assert.deepEqual([line.trace_id, line.span_id], [event?.traceId, event?.spanId])
  assert.equal(line.service, 'small-service')
  assert.equal(record?.severityText, 'info')
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
  await eventually(() => assert.match(service.output.join('\n'), /holding them/), { withinMs: 5_000 })
  collector.answerWith(503)
  for (let at = 0; at < 20; at++) await order(service, 'lamp')
  collector.answerWith(200)

  await eventually(() => assert.equal(spansOf(collector, 'cuj.checkout').length, 40), { withinMs: 15_000 })
  await eventually(() => assert.equal(collector.logs.length, 40), { withinMs: 15_000 })
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  assert.match(metrics, /telemetry_dropped_total\{signal="spans"\} 0/)
  assert.match(metrics, /telemetry_dropped_total\{signal="logs"\} 0/)
})

test('health, readiness, metrics and the exporter itself make no spans', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  for (const path of ['/health', '/ready', '/metrics?x=1']) await fetch(`${service.url}${path}`)
  await service.stop()

  assert.deepEqual(collector.spans, [])
})

test('HTTP metrics of the SDK are sent, and the instance is named', async t => {
  const collector = await startFakeCollector(t)
  const service = await startSmallService(t, envFor(collector))

  await order(service, 'lamp')
  await service.stop()

  assert.ok(collector.metricNames.has('http.server.request.duration'))
  assert.ok(collector.metricNames.has('http.client.request.duration'))
  assert.equal(collector.resources[0]?.['service.name'], 'small-service')
  assert.equal(typeof collector.resources[0]?.['service.instance.id'], 'string')
})

test('kafkajs is instrumented under the preload', async t => {
  const collector = await startFakeCollector(t)

  const service = await startSmallService(t, envFor(collector))

  assert.equal(service.isKafkaPatched, true)
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
