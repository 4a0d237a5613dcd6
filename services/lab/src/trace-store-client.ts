// Asks the trace store (Tempo, or its stand-in) for one trace and puts the spans in the order a waterfall draws them.
import type { Trace, TraceSpan } from '@techmart/contracts/lab-routes'
import { UpstreamError } from '@techmart/platform/refusals'

export interface TraceStoreClient {
  find(traceId: string): Promise<Trace | undefined>
}

interface Value {
  stringValue?: string
  boolValue?: boolean
  intValue?: string
  doubleValue?: number
  arrayValue?: { values?: Value[] }
}
interface Attribute {
  key: string
  value: Value
}
interface StoredSpan {
  spanId: string
  parentSpanId?: string
  name?: string
  kind?: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: Attribute[]
  status?: { code?: string; message?: string }
}
/** The part of Tempo's answer to GET /api/traces/<id> that is read here. */
export interface StoredTrace {
  batches?: {
    resource?: { attributes?: Attribute[] }
    scopeSpans?: { spans?: StoredSpan[] }[]
  }[]
}

type FlatSpan = Omit<TraceSpan, 'depth' | 'offsetMs'> & { readonly startNs: bigint; readonly endNs: bigint }

const toHex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

function toPlain(value: Value): unknown {
  if (value.intValue !== undefined) return Number(value.intValue)
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(toPlain)
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? null
}

const toRecord = (attributes: Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, toPlain(value)]))

const toMs = (ns: bigint): number => Number(ns / 1000n) / 1000

function toFlatSpan(span: StoredSpan, service: string): FlatSpan {
  const startNs = BigInt(span.startTimeUnixNano)
  const endNs = BigInt(span.endTimeUnixNano)
  return {
    spanId: toHex(span.spanId),
    parentSpanId: span.parentSpanId ? toHex(span.parentSpanId) : null,
    service,
    name: span.name ?? '',
    kind: (span.kind ?? 'SPAN_KIND_UNSPECIFIED').slice('SPAN_KIND_'.length).toLowerCase(),
    status: (span.status?.code ?? 'STATUS_CODE_UNSET')
      .slice('STATUS_CODE_'.length)
      .toLowerCase() as TraceSpan['status'],
    ...(span.status?.message ? { statusMessage: span.status.message } : {}),
    durationMs: toMs(endNs - startNs),
    attributes: toRecord(span.attributes),
    startNs,
    endNs,
  }
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1)

/** Depth first, children by their start; a span whose parent has not arrived stands at the top. */
export function toTrace(traceId: string, stored: StoredTrace): Trace | undefined {
  const spans = (stored.batches ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const service = String(toRecord(resource?.attributes)['service.name'] ?? 'unknown')
    return scopeSpans.flatMap(scope => (scope.spans ?? []).map(span => toFlatSpan(span, service)))
  })
  spans.sort((a, b) => ascending(a.startNs, b.startNs))
  const [first] = spans
  if (!first) return undefined

  const ids = new Set(spans.map(({ spanId }) => spanId))
  const children = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId && ids.has(parentSpanId) ? parentSpanId : 'top',
  )
  const ordered: TraceSpan[] = []
  const visit = (parent: string, depth: number): void => {
    for (const { startNs, endNs: _endNs, ...span } of children.get(parent) ?? []) {
      ordered.push({ ...span, depth, offsetMs: toMs(startNs - first.startNs) })
      visit(span.spanId, depth + 1)
    }
  }
  visit('top', 0)

  const endNs =
    spans
      .map(span => span.endNs)
      .sort(ascending)
      .at(-1) ?? first.endNs
  return {
    traceId,
    startedAt: new Date(Number(first.startNs / 1_000_000n)).toISOString(),
    durationMs: toMs(endNs - first.startNs),
    services: [...new Set(spans.map(({ service }) => service))],
    missingParents: spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId)).length,
    spans: ordered,
  }
}

export function makeTraceStoreClient(options: { baseUrl: string; timeoutMs: number }): TraceStoreClient {
  return {
    async find(traceId) {
      let response: Response
      try {
        response = await fetch(`${options.baseUrl}/api/traces/${traceId}`, {
          signal: AbortSignal.timeout(options.timeoutMs),
          headers: { accept: 'application/json' },
        })
      } catch (cause) {
        throw new UpstreamError('The trace store did not answer.', {
          kind: 'refused',
          dependency: 'trace-store',
          cause,
        })
      }
      if (response.status === 404) return undefined
      if (!response.ok) {
        throw new UpstreamError(`The trace store answered ${response.status}.`, {
          kind: 'bad-answer',
          dependency: 'trace-store',
        })
      }
      return toTrace(traceId, (await response.json()) as StoredTrace)
    },
  }
}
