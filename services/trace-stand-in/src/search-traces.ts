// Tempo's search over the store: which traces have a span that meets all conditions, in the shape of Tempo's SearchResponse.
import type { OtlpValue } from './otlp.ts'
import type { TempoAttribute, TempoResourceSpans, TempoSpan } from './tempo-trace.ts'
import type { TraceStore } from './trace-store.ts'
import type { Condition } from './traceql.ts'

export interface Search {
  readonly conditions: readonly Condition[]
  readonly limit: number
  /** Spans shown of each trace. */
  readonly spansPerSpanSet: number
  readonly startSeconds?: number
  readonly endSeconds?: number
  readonly minDurationNs?: number
  readonly maxDurationNs?: number
}

interface FlatSpan {
  readonly span: TempoSpan
  readonly resource: readonly TempoAttribute[]
}

type Scalar = string | number | boolean

interface Summary {
  readonly rootServiceName: string
  readonly rootTraceName: string
  readonly startNs: bigint
  readonly endNs: bigint
}

const toScalar = (value: OtlpValue | undefined): Scalar | undefined =>
  value?.stringValue ??
  value?.boolValue ??
  value?.doubleValue ??
  (value?.intValue === undefined ? undefined : Number(value.intValue))

const findAttribute = (attributes: readonly TempoAttribute[] | undefined, key: string): Scalar | undefined =>
  toScalar(attributes?.find(attribute => attribute.key === key)?.value)

const durationNs = (span: TempoSpan): number => Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano))

function findField({ span, resource }: FlatSpan, { scope, name }: Condition, summary: Summary): Scalar | undefined {
  if (scope === 'resource') return findAttribute(resource, name)
  if (scope === 'span') return findAttribute(span.attributes, name)
  if (scope === 'any') return findAttribute(span.attributes, name) ?? findAttribute(resource, name)
  switch (name) {
    case 'name':
      return span.name
    case 'status':
      return (span.status.code ?? 'STATUS_CODE_UNSET').slice('STATUS_CODE_'.length).toLowerCase()
    case 'kind':
      return (span.kind ?? 'SPAN_KIND_UNSPECIFIED').slice('SPAN_KIND_'.length).toLowerCase()
    case 'duration':
      return durationNs(span)
    case 'rootName':
      return summary.rootTraceName
    default:
      return summary.rootServiceName
  }
}

function meets(actual: Scalar | undefined, { operator, value }: Condition): boolean {
  // As in Tempo: a comparison with an attribute that is not there is false, `!=` and `!~` included.
  if (actual === undefined) return false
  switch (operator) {
    case '=':
      return actual === value
    case '!=':
      return actual !== value
    case '=~':
      return new RegExp(`^(?:${value})$`).test(String(actual))
    case '!~':
      return !new RegExp(`^(?:${value})$`).test(String(actual))
    case 'contains':
      return String(actual).toLowerCase().includes(String(value).toLowerCase())
    case '>':
      return typeof actual === typeof value && actual > value
    case '>=':
      return typeof actual === typeof value && actual >= value
    case '<':
      return typeof actual === typeof value && actual < value
    case '<=':
      return typeof actual === typeof value && actual <= value
  }
}

function summarise(spans: readonly FlatSpan[]): Summary {
  const root = spans.find(({ span }) => span.parentSpanId === undefined)
  // Nanoseconds since 1970 are too large for a number, so Math.min() is of no use.
  const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1)
  const starts = spans.map(({ span }) => BigInt(span.startTimeUnixNano)).sort(ascending)
  const ends = spans.map(({ span }) => BigInt(span.endTimeUnixNano)).sort(ascending)
  return {
    rootServiceName: root ? String(findAttribute(root.resource, 'service.name') ?? '') : '<root span not yet received>',
    rootTraceName: root?.span.name ?? '',
    startNs: starts.at(0) ?? 0n,
    endNs: ends.at(-1) ?? 0n,
  }
}

function isWanted({ startNs, endNs }: Summary, search: Search): boolean {
  const lengthNs = Number(endNs - startNs)
  return (
    Number(endNs) / 1e9 >= (search.startSeconds ?? 0) &&
    Number(startNs) / 1e9 <= (search.endSeconds ?? Number.POSITIVE_INFINITY) &&
    lengthNs >= (search.minDurationNs ?? 0) &&
    lengthNs <= (search.maxDurationNs ?? Number.POSITIVE_INFINITY)
  )
}

const toShownValue = (value: Scalar): OtlpValue => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

const toHex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

/** The attributes asked for are shown with each span; name and duration have fields of their own. */
function toSpanOfSet(flat: FlatSpan, conditions: readonly Condition[], summary: Summary) {
  const attributes = conditions
    .filter(({ scope, name }) => scope !== 'intrinsic' || name === 'status' || name === 'kind')
    .map(condition => ({ key: condition.name, value: toShownValue(findField(flat, condition, summary) ?? '') }))
  return {
    spanID: toHex(flat.span.spanId),
    name: conditions.some(({ name, scope }) => scope === 'intrinsic' && name === 'name') ? flat.span.name : undefined,
    startTimeUnixNano: flat.span.startTimeUnixNano,
    durationNanos: String(durationNs(flat.span)),
    attributes: attributes.length > 0 ? attributes : undefined,
  }
}

function flatten(resourceSpans: readonly TempoResourceSpans[]): FlatSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(span => ({ span, resource: resource.attributes ?? [] }))),
  )
}

function countByService(spans: readonly FlatSpan[]): Record<string, { spanCount: number; errorCount?: number }> {
  const stats: Record<string, { spanCount: number; errorCount?: number }> = {}
  for (const { span, resource } of spans) {
    const service = String(findAttribute(resource, 'service.name') ?? '')
    stats[service] ??= { spanCount: 0 }
    stats[service].spanCount += 1
    if (span.status.code === 'STATUS_CODE_ERROR') stats[service].errorCount = (stats[service].errorCount ?? 0) + 1
  }
  return stats
}

/** Texts that a trace which meets the condition is sure to hold. */
function toNeedles({ scope, name, operator, value }: Condition): string[] {
  if (operator !== '=' || typeof value !== 'string') return []
  if (scope !== 'intrinsic' || name === 'name') return [JSON.stringify(value)]
  // An unset status is left out of the stored text.
  return name === 'status' && value !== 'unset' ? [`"STATUS_CODE_${value.toUpperCase()}"`] : []
}

export function searchTraces(store: TraceStore, search: Search): object {
  const needles = search.conditions.flatMap(toNeedles)

  const found: object[] = []
  let inspectedTraces = 0
  for (const { traceId, resourceSpans } of store.walk(needles)) {
    inspectedTraces += 1
    const spans = flatten(resourceSpans)
    const summary = summarise(spans)
    if (!isWanted(summary, search)) continue
    const matched = spans.filter(flat =>
      search.conditions.every(condition => meets(findField(flat, condition, summary), condition)),
    )
    if (matched.length === 0) continue
    const spanSet = {
      spans: matched.slice(0, search.spansPerSpanSet).map(flat => toSpanOfSet(flat, search.conditions, summary)),
      matched: matched.length,
    }
    found.push({
      traceID: traceId.replace(/^0+/, ''),
      rootServiceName: summary.rootServiceName,
      rootTraceName: summary.rootTraceName,
      startTimeUnixNano: String(summary.startNs),
      durationMs: Number((summary.endNs - summary.startNs) / 1_000_000n) || undefined,
      spanSet,
      spanSets: [spanSet],
      serviceStats: countByService(spans),
    })
    if (found.length >= search.limit) break
  }
  return { traces: found, metrics: { inspectedTraces, completedJobs: 1, totalJobs: 1 } }
}
