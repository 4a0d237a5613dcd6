// An OTLP/HTTP receiver that keeps what it got, and can be sent away, made to refuse, and called back.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

interface OtlpValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: number
  doubleValue?: number
}

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly status: { readonly code?: number; readonly message?: string }
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly { name: string; attributes: { key: string; value: OtlpValue }[] }[]
}

export interface OtlpLog {
  readonly traceId?: string
  readonly spanId?: string
  readonly severityText: string
  readonly body: string
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface FakeCollector {
  readonly url: string
  readonly spans: OtlpSpan[]
  readonly logs: OtlpLog[]
  readonly metricNames: Set<string>
  readonly resources: Record<string, unknown>[]
  /** Everything that came, as text. */
  readonly bodies: string[]
  /** Status of every answer from now on; undefined cuts the connection. */
  answerWith(status: number | undefined): void
}

interface OtlpBody {
  resourceSpans?: { resource: OtlpResource; scopeSpans: { spans: (Omit<OtlpSpan, 'attributes'> & OtlpResource)[] }[] }[]
  resourceLogs?: {
    resource: OtlpResource
    scopeLogs: { logRecords: (Omit<OtlpLog, 'attributes' | 'body'> & OtlpResource & { body: OtlpValue })[] }[]
  }[]
  resourceMetrics?: { resource: OtlpResource; scopeMetrics: { metrics: { name: string }[] }[] }[]
}

interface OtlpResource {
  attributes: { key: string; value: OtlpValue }[]
}

export async function startFakeCollector(t: TestContext): Promise<FakeCollector> {
  let status: number | undefined = 200
  const collector: Omit<FakeCollector, 'url'> = {
    spans: [],
    logs: [],
    metricNames: new Set(),
    resources: [],
    bodies: [],
    answerWith: given => {
      status = given
    },
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (status === undefined) return request.socket.destroy()
    if (status === 200) {
      const text = Buffer.concat(chunks).toString()
      collector.bodies.push(text)
      take(collector, JSON.parse(text))
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { ...collector, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function take(collector: Omit<FakeCollector, 'url'>, body: OtlpBody): void {
  for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
    collector.resources.push(toRecord(resource))
    for (const span of scopeSpans.flatMap(scope => scope.spans)) {
      collector.spans.push({ ...span, attributes: toRecord(span) })
    }
  }
  for (const { resource, scopeLogs } of body.resourceLogs ?? []) {
    collector.resources.push(toRecord(resource))
    for (const record of scopeLogs.flatMap(scope => scope.logRecords)) {
      collector.logs.push({ ...record, body: String(record.body.stringValue), attributes: toRecord(record) })
    }
  }
  for (const { scopeMetrics } of body.resourceMetrics ?? []) {
    for (const metric of scopeMetrics.flatMap(scope => scope.metrics)) collector.metricNames.add(metric.name)
  }
}

const toRecord = ({ attributes }: OtlpResource): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
