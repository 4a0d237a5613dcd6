// The real process with its preload, before a small collector: what a stranger may decide about our telemetry, and what not.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@techmart/platform/testing'
import { findSilentUrl, startUpstream } from './edge.ts'

interface SpanRecord {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  status: { code?: number }
  attributes: { key: string; value: { stringValue?: string; boolValue?: boolean; intValue?: number } }[]
}

interface LogRecord {
  traceId?: string
  body: { stringValue?: string }
  severityText?: string
}

const server = 2
const client = 3

const valueIn = (span: Pick<SpanRecord, 'attributes'> | undefined, key: string) => {
  const value = span?.attributes.find(attribute => attribute.key === key)?.value
  return value?.stringValue ?? value?.boolValue ?? value?.intValue
}

async function startCollector(t: TestContext) {
  const spans: SpanRecord[] = []
  const logs: (LogRecord & { service: unknown })[] = []
  const url = await startUpstream(t, (request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString())
      for (const resource of body.resourceSpans ?? []) {
        for (const scope of resource.scopeSpans) spans.push(...scope.spans)
      }
      for (const { resource, scopeLogs } of body.resourceLogs ?? []) {
        const service = `${valueIn(resource, 'service.namespace')}/${valueIn(resource, 'service.name')}`
        for (const scope of scopeLogs) logs.push(...scope.logRecords.map((line: LogRecord) => ({ ...line, service })))
      }
      reply.setHeader('content-type', 'application/json')
      reply.end('{}')
    })
  })
  return { url, spans, logs }
}

/** Starts the gateway as Compose does, and waits until it listens. */
async function startProcess(t: TestContext, env: Record<string, string>): Promise<string> {
  const url = await findSilentUrl()
  const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))
  const gateway = spawn(process.execPath, ['--import', source('telemetry.ts'), source('main.ts')], {
    stdio: 'ignore',
    env: {
      PORT: new URL(url).port,
      LAB_URL: await findSilentUrl(),
      USERS_URL: await findSilentUrl(),
      INVENTORY_URL: await findSilentUrl(),
      OTEL_SERVICE_NAME: 'gateway',
      OTEL_NODE_RESOURCE_DETECTORS: 'env',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '1.0',
      ...env,
    },
  })
  t.after(async () => {
    gateway.kill('SIGKILL')
    await once(gateway, 'exit')
  })
  await eventually(async () => assert.equal((await fetch(`${url}/ready`)).status, 200), { withinMs: 60_000 })
  return url
}

test('a trace from outside goes on inside, but its baggage and its sampling decision are ours', async t => {
  const collector = await startCollector(t)
  let heard: IncomingHttpHeaders = {}
  const apiUrl = await startUpstream(t, (request, reply) => {
    if (request.url !== '/health') heard = request.headers
    reply.end('{}')
  })
  const url = await startProcess(t, { API_URL: apiUrl, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })

  await fetch(`${url}/api/products/11?from=ada%40techmart.example`, {
    headers: {
      // The last two digits say: not sampled.
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
      tracestate: 'vendor=1',
      baggage: 'cuj.name=free-money,user=ada',
    },
  })

  await eventually(() => assert.equal(collector.spans.length, 2), { withinMs: 30_000 })
  const edge = collector.spans.find(span => span.kind === server)
  const call = collector.spans.find(span => span.kind === client)
  assert.equal(edge?.traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(edge?.parentSpanId, 'b7ad6b7169203331')
  assert.equal(edge?.name, 'GET /api/products/:id')
  assert.equal(valueIn(edge, 'http.route'), '/api/products/:id')
  assert.equal(valueIn(edge, 'cuj.name'), 'product-discovery')
  assert.equal(call?.parentSpanId, edge?.spanId)
  assert.equal(valueIn(call, 'cuj.name'), 'product-discovery')
  assert.equal(heard.traceparent, `00-0af7651916cd43dd8448eb211c80319c-${call?.spanId}-01`)
  assert.equal(heard.baggage, 'cuj.name=product-discovery')
  assert.equal(heard.tracestate, undefined)
  assert.ok(!JSON.stringify(collector.spans).includes('ada'))
})

test('a journey that api never heard of is a failed span below the SERVER span, and health makes none', async t => {
  const collector = await startCollector(t)
  const url = await startProcess(t, {
    API_URL: await findSilentUrl(),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  })

  await fetch(`${url}/api/health`)
  await fetch(`${url}/api/orders`, { method: 'POST', body: '{}' })

  await eventually(() => assert.equal(collector.spans.length, 3), { withinMs: 30_000 })
  const edge = collector.spans.find(span => span.kind === server)
  const journey = collector.spans.find(span => span.name === 'cuj.checkout')
  assert.equal(journey?.parentSpanId, edge?.spanId)
  assert.equal(journey?.status.code, 2)
  assert.equal(valueIn(edge, 'http.response.status_code'), 503)
  assert.deepEqual(
    collector.spans.map(span => valueIn(span, 'cuj.name')),
    ['checkout', 'checkout', 'checkout'],
  )
})

test("what a browser tells is written in its own name, within the browser's trace", async t => {
  const collector = await startCollector(t)
  const edge = await startProcess(t, {
    API_URL: await findSilentUrl(),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=techmart',
  })

  const reply = await fetch(`${edge}/api/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    body: JSON.stringify({ events: [{ name: 'error', message: 'x is not a function' }] }),
  })

  assert.equal(reply.status, 204)
  const line = await eventually(
    () => collector.logs.find(({ service }) => service === 'techmart/web') ?? assert.fail('no line of web yet'),
    { withinMs: 10_000 },
  )
  assert.equal(line.body.stringValue, 'x is not a function')
  assert.equal(line.severityText, 'error')
  assert.equal(line.traceId, '0af7651916cd43dd8448eb211c80319c')
})

test('a click and what came of it are one trace, with the click as its root', async t => {
  const collector = await startCollector(t)
  const apiUrl = await startUpstream(t, (_request, reply) => reply.end('{}'))
  const edge = await startProcess(t, {
    API_URL: apiUrl,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=techmart',
  })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const call = { spanId: '00f067aa0ba902b7', method: 'GET', route: '/api/products/:id', status: 200 }

  await fetch(`${edge}/api/products/11`, { headers: { traceparent: `00-${traceId}-${call.spanId}-01` } })
  await fetch(`${edge}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      events: [
        {
          name: 'action',
          kind: 'click',
          page: '/products/11',
          traceparent: `00-${traceId}-b7ad6b7169203331-01`,
          durationMs: 60,
          calls: [{ ...call, offsetMs: 5, durationMs: 55 }],
        },
      ],
    }),
  })

  await eventually(
    () => {
      const ours = collector.spans.filter(span => span.traceId === traceId)
      const nameOf = (spanId: string | undefined) => ours.find(span => span.spanId === spanId)?.name
      assert.deepEqual(ours.map(span => `${nameOf(span.parentSpanId)} > ${span.name}`).sort(), [
        'GET /api/products/:id > GET',
        'GET /api/products/:id > GET /api/products/:id',
        'click /products/:id > GET /api/products/:id',
        'undefined > click /products/:id',
      ])
      const line = collector.logs.find(({ traceId: id }) => id === traceId)
      assert.equal(line?.service, 'techmart/web')
    },
    { withinMs: 30_000 },
  )
})

test('a token that nobody has is in no span and no line, wherever a stranger sends it', async t => {
  const collector = await startCollector(t)
  const edge = await startProcess(t, {
    API_URL: await findSilentUrl(),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    SUSPICIOUS_PER_MINUTE: '2',
  })
  const secret = 'tk00a1b2c3d4'
  const ask = async (path: string, headers: Record<string, string>) => (await fetch(edge + path, { headers })).status

  const statuses = [
    await ask('/api/orders', { authorization: `Bearer ${secret}` }),
    await ask('/api/orders', { authorization: `Basic ${secret}` }),
    await ask(`/api/orders/${secret}?${secret}&token=${secret}`, { authorization: `Bearer ${secret}` }),
  ]

  assert.deepEqual(statuses, [401, 401, 401])
  await eventually(
    () => {
      assert.equal(collector.spans.length, 3)
      assert.ok(collector.logs.some(({ body }) => body.stringValue === 'suspicious activity'))
    },
    { withinMs: 30_000 },
  )
  assert.ok(!JSON.stringify([collector.spans, collector.logs]).includes(secret))
})
