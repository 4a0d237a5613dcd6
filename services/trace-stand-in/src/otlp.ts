// OTLP/HTTP in its JSON form, as the collector sends it (opentelemetry-proto, docs/specification.md#json-protobuf-encoding):
// ids in hex, enums as numbers, 64-bit numbers as text. Only what is kept is typed; all of it comes from outside.

export interface OtlpValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: string | number
  doubleValue?: number
  bytesValue?: string
  arrayValue?: { values?: OtlpValue[] }
  kvlistValue?: { values?: OtlpAttribute[] }
}

export interface OtlpAttribute {
  key: string
  value?: OtlpValue
}

export interface OtlpEvent {
  timeUnixNano?: string | number
  name?: string
  attributes?: OtlpAttribute[]
  droppedAttributesCount?: number
}

export interface OtlpLink {
  traceId?: string
  spanId?: string
  traceState?: string
  attributes?: OtlpAttribute[]
}

export interface OtlpSpan {
  traceId?: string
  spanId?: string
  parentSpanId?: string
  traceState?: string
  name?: string
  kind?: number | string
  startTimeUnixNano?: string | number
  endTimeUnixNano?: string | number
  attributes?: OtlpAttribute[]
  droppedAttributesCount?: number
  events?: OtlpEvent[]
  droppedEventsCount?: number
  links?: OtlpLink[]
  droppedLinksCount?: number
  status?: { code?: number | string; message?: string }
}

export interface OtlpScopeSpans {
  scope?: { name?: string; version?: string; attributes?: OtlpAttribute[] }
  spans?: OtlpSpan[]
  schemaUrl?: string
}

export interface OtlpResourceSpans {
  resource?: { attributes?: OtlpAttribute[] }
  scopeSpans?: OtlpScopeSpans[]
  schemaUrl?: string
}

export interface OtlpTraces {
  resourceSpans: OtlpResourceSpans[]
}

/** Thrown for a body that is no OTLP trace export; the message says what was expected. */
export class OtlpError extends Error {
  override name = 'OtlpError'
}

export function readOtlpTraces(text: string): OtlpTraces {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (cause) {
    throw new OtlpError('The body is not JSON.', { cause })
  }
  const resourceSpans =
    typeof body === 'object' && body !== null && 'resourceSpans' in body ? body.resourceSpans : undefined
  if (!Array.isArray(resourceSpans)) throw new OtlpError("The body needs 'resourceSpans', a list (OTLP/HTTP JSON).")
  for (const part of resourceSpans as OtlpResourceSpans[]) {
    if (typeof part !== 'object' || part === null) throw new OtlpError("Each of 'resourceSpans' must be an object.")
    for (const scopeSpans of part.scopeSpans ?? []) {
      if (!Array.isArray(scopeSpans.spans ?? [])) throw new OtlpError("'spans' must be a list.")
    }
  }
  return { resourceSpans: resourceSpans as OtlpResourceSpans[] }
}
