// The road of a checkout with nothing faked but the collector: HTTP, Postgres, outbox, Kafka, consumer, Postgres.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { eventually } from '@techmart/platform/testing'
import { startFakeCollector } from '../fake-collector.ts'
import { startSmallService } from '../small-service.ts'
import { databaseUrl, dropDatabase, kafkaBrokers } from './servers.ts'

async function startOrders(t: TestContext) {
  const url = databaseUrl('orders')
  const collector = await startFakeCollector(t)
  const start = () =>
    startSmallService(
      t,
      {
        OTEL_SERVICE_NAME: 'order-service',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        DATABASE_URL: url,
        KAFKA_BROKERS: kafkaBrokers().join(','),
        GROUP: `test-${randomUUID()}`,
      },
      { main: 'fixtures/order-service.ts' },
    )
  t.after(() => dropDatabase(url))
  return { collector, start }
}

test('a checkout is one trace from the request through outbox and Kafka to the consumer, all with cuj.name', {
  timeout: 60_000,
}, async t => {
  const { collector, start } = await startOrders(t)
  const service = await start()
  const sku = Math.floor(Math.random() * 1e9)

  const reply = await fetch(`${service.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sku }),
  })
  assert.equal(reply.status, 201)
  await eventually(() => assert.match(service.output.join('\n'), new RegExp(`notified.*${sku}`)), { withinMs: 30_000 })
  assert.equal(await service.stop(), 0)

  const event = collector.spans.find(span => span.name === 'cuj.checkout')
  const trace = collector.spans.filter(span => span.traceId === event?.traceId)
  const nameOf = (id: string | undefined) => trace.find(span => span.spanId === id)?.name ?? 'nothing'
  const edges = trace.map(span => `${nameOf(span.parentSpanId)} > ${span.name}`).toSorted()
  assert.deepEqual(edges, [
    'POST /orders > cuj.checkout',
    'cuj.checkout > INSERT lamps',
    'cuj.checkout > INSERT outbox',
    'cuj.checkout > send orders.placed.v1',
    'nothing > POST /orders',
    'process orders.placed.v1 > UPDATE lamps',
    'send orders.placed.v1 > process orders.placed.v1',
  ])
  for (const span of trace) assert.equal(span.attributes['cuj.name'], 'checkout', span.name)
  const record = collector.logs.find(log => log.body === 'lamp notified' && Number(log.attributes.sku) === sku)
  assert.equal(record?.traceId, event?.traceId)
  // Looking into the outbox is nobody's request.
  assert.equal(collector.spans.filter(span => span.name === 'SELECT outbox').length, 0)
})
