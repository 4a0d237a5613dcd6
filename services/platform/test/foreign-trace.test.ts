import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type ForeignSpan, openForeignTrace } from '../src/foreign-trace.ts'
import { type FakeCollector, startFakeCollector } from './fake-collector.ts'

const click: ForeignSpan = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'click /cart',
  kind: 'internal',
  startMs: Date.parse('2026-01-01T00:00:00.250Z'),
  durationMs: 352.5,
  failed: false,
  attributes: { 'web.action': 'click' },
}
const call: ForeignSpan = {
  ...click,
  spanId: '00f067aa0ba902b7',
  parentSpanId: click.spanId,
  kind: 'client',
  failed: true,
}

/** Writes the spans, and ends; the variables are those of Compose. */
async function send(t: TestContext, spans: readonly ForeignSpan[], ratio: string): Promise<FakeCollector> {
  const collector = await startFakeCollector(t)
  const before = { ...process.env }
  t.after(() => {
    process.env = before
  })
  Object.assign(process.env, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=techmart',
    OTEL_TRACES_SAMPLER_ARG: ratio,
  })
  await using trace = openForeignTrace('web')
  for (const span of spans) trace.write(span)
  return collector
}

test('a span arrives in the name of another service, with the ids and times that it was given', async t => {
  const collector = await send(t, [click, call], '1.0')

  const sent = collector.spans.map(({ spanId, parentSpanId, kind, status }) => [
    spanId,
    parentSpanId,
    kind,
    status.code,
  ])
  assert.deepEqual(sent, [
    ['b7ad6b7169203331', undefined, 1, 0],
    ['00f067aa0ba902b7', 'b7ad6b7169203331', 3, 2],
  ])
  assert.deepEqual(collector.resources, [{ 'service.name': 'web', 'service.namespace': 'techmart' }])
  assert.match(
    collector.bodies.join(''),
    /"startTimeUnixNano":"1767225600250000000","endTimeUnixNano":"1767225600602500000"/,
  )
})

test('where the head sampler keeps a share of the traces, the same traces are kept here', async t => {
  // The SDK's sampler looks at the four quarters together, by exclusive or.
  const ids = ['00000001000000000000000000000000', 'ffffffff000000000000000000000000']

  const collector = await send(
    t,
    ids.map(traceId => ({ ...click, traceId })),
    '0.5',
  )

  assert.deepEqual(
    collector.spans.map(({ traceId }) => traceId),
    ids.slice(0, 1),
  )
})
