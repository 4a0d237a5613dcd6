// A trace as Tempo 3 answers it: protobuf's JSON as gogo's jsonpb writes it. Ids are base64, enums are names, 64-bit numbers
// are text, and whatever has its default value is left out (grafana/tempo v3.0.3: pkg/tempopb/trace_utils.go).
import type { OtlpAttribute, OtlpEvent, OtlpLink, OtlpResourceSpans, OtlpSpan, OtlpValue } from './otlp.ts'

export interface TempoAttribute {
  key: string
  value: OtlpValue
}

export interface TempoSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind?: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: TempoAttribute[]
  status: { code?: string; message?: string }
}

export interface TempoResourceSpans {
  resource: { attributes?: TempoAttribute[] }
  scopeSpans: { scope: { name?: string; version?: string }; spans: TempoSpan[] }[]
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const statusCodes = ['UNSET', 'OK', 'ERROR']

/** The number or the name of an enum, as its name; nothing for the default. */
function toEnumName(value: number | string | undefined, names: readonly string[], prefix: string): string | undefined {
  const name = typeof value === 'string' && value.startsWith(prefix) ? value.slice(prefix.length) : names[Number(value)]
  return name === undefined || name === names[0] ? undefined : `${prefix}${name}`
}

const toText = (value: string | number | undefined): string => String(value ?? 0)
const toBase64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

function toValue(value: OtlpValue | undefined): OtlpValue {
  if (value === undefined) return {}
  if (value.intValue !== undefined) return { intValue: toText(value.intValue) }
  if (value.arrayValue) return { arrayValue: { values: (value.arrayValue.values ?? []).map(toValue) } }
  if (value.kvlistValue) return { kvlistValue: { values: toAttributes(value.kvlistValue.values) ?? [] } }
  return value
}

function toAttributes(attributes: OtlpAttribute[] | undefined): TempoAttribute[] | undefined {
  if (attributes === undefined || attributes.length === 0) return undefined
  return attributes.map(({ key, value }) => ({ key, value: toValue(value) }))
}

const toEvent = (event: OtlpEvent) => ({
  timeUnixNano: toText(event.timeUnixNano),
  name: event.name || undefined,
  attributes: toAttributes(event.attributes),
  droppedAttributesCount: event.droppedAttributesCount || undefined,
})

const toLink = (link: OtlpLink) => ({
  traceId: toBase64(link.traceId ?? ''),
  spanId: toBase64(link.spanId ?? ''),
  traceState: link.traceState || undefined,
  attributes: toAttributes(link.attributes),
})

const toSpan = (span: OtlpSpan & { traceId: string; spanId: string }) => ({
  traceId: toBase64(span.traceId),
  spanId: toBase64(span.spanId),
  traceState: span.traceState || undefined,
  parentSpanId: span.parentSpanId ? toBase64(span.parentSpanId) : undefined,
  name: span.name || undefined,
  kind: toEnumName(span.kind, kinds, 'SPAN_KIND_'),
  startTimeUnixNano: toText(span.startTimeUnixNano),
  endTimeUnixNano: toText(span.endTimeUnixNano),
  attributes: toAttributes(span.attributes),
  droppedAttributesCount: span.droppedAttributesCount || undefined,
  events: span.events?.length ? span.events.map(toEvent) : undefined,
  droppedEventsCount: span.droppedEventsCount || undefined,
  links: span.links?.length ? span.links.map(toLink) : undefined,
  droppedLinksCount: span.droppedLinksCount || undefined,
  status: {
    message: span.status?.message || undefined,
    code: toEnumName(span.status?.code, statusCodes, 'STATUS_CODE_'),
  },
})

const isTraceId = (id: string | undefined): id is string => id !== undefined && /^[0-9a-f]{32}$/i.test(id)
const isSpanId = (id: string | undefined): id is string => id !== undefined && /^[0-9a-f]{16}$/i.test(id)

/** What one export says of one trace: the JSON text of a Tempo ResourceSpans. */
export interface TracePart {
  readonly traceId: string
  readonly json: string
}

/** Cuts an export into its traces. A span without valid ids cannot be kept and is counted as rejected. */
export function toTraceParts(resourceSpans: readonly OtlpResourceSpans[]): { parts: TracePart[]; rejected: number } {
  const parts: TracePart[] = []
  let rejected = 0
  for (const { resource, scopeSpans = [] } of resourceSpans) {
    const scopesByTrace = new Map<string, { scope: object; spans: object[] }[]>()
    for (const { scope, spans = [] } of scopeSpans) {
      const scopeJson = {
        name: scope?.name || undefined,
        version: scope?.version || undefined,
        attributes: toAttributes(scope?.attributes),
      }
      const spansByTrace = new Map<string, object[]>()
      for (const span of spans) {
        const { traceId, spanId } = span
        if (!isTraceId(traceId) || !isSpanId(spanId)) {
          rejected += 1
          continue
        }
        const key = traceId.toLowerCase()
        const list = spansByTrace.get(key) ?? []
        list.push(toSpan({ ...span, traceId, spanId }))
        spansByTrace.set(key, list)
      }
      for (const [traceId, list] of spansByTrace) {
        const scopes = scopesByTrace.get(traceId) ?? []
        scopes.push({ scope: scopeJson, spans: list })
        scopesByTrace.set(traceId, scopes)
      }
    }
    for (const [traceId, scopes] of scopesByTrace) {
      const json = JSON.stringify({ resource: { attributes: toAttributes(resource?.attributes) }, scopeSpans: scopes })
      parts.push({ traceId, json })
    }
  }
  return { parts, rejected }
}
