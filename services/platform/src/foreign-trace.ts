// Spans in the name of somebody who cannot send them, a browser above all. Ids and times are theirs: a call that carried a
// traceparent has its span in our services already, and here is what stands above it. Names and attributes are the caller's
// to choose from lists, for they become label values.
import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { hrTimeDuration, millisToHrTime } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { type ReadableSpan, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace'
import { TelemetryQueue } from './telemetry-queue.ts'

export interface ForeignSpan {
  readonly traceId: string
  readonly spanId: string
  /** Absent on the root of a trace. */
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: 'client' | 'internal'
  /** Milliseconds since 1970, by the clock of whoever it is about. */
  readonly startMs: number
  readonly durationMs: number
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, string | number>>
}

export interface ForeignTrace {
  /** Never throws, never waits. */
  write(span: ForeignSpan): void
}

const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const

/** Sends to the collector that the standard OTEL_* variables name, in their sampler's share; flushes for 1 s when it is closed. */
export function openForeignTrace(service: string): ForeignTrace & AsyncDisposable {
  const queue = new TelemetryQueue<ReadableSpan>({
    signal: 'spans',
    // Some 2 MB, as for lines of the same origin.
    maxItems: 1_000,
    exporter: new OTLPTraceExporter({ timeoutMillis: 5_000 }),
  })
  const resource = detectResources({ detectors: [envDetector] }).merge(
    resourceFromAttributes({ 'service.name': service }),
  )
  // By the trace's id, so that a trace is kept whole or not at all.
  const sampler = new TraceIdRatioBasedSampler(Number(process.env.OTEL_TRACES_SAMPLER_ARG || 1))

  return {
    write(span) {
      const { traceId, parentSpanId } = span
      if (sampler.shouldSample(undefined, traceId).decision !== SamplingDecision.RECORD_AND_SAMPLED) return
      const idsOf = (spanId: string) => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED })
      const startTime: HrTime = millisToHrTime(span.startMs)
      const endTime: HrTime = millisToHrTime(span.startMs + span.durationMs)
      queue.add({
        name: span.name,
        kind: kinds[span.kind],
        spanContext: () => idsOf(span.spanId),
        ...(parentSpanId === undefined ? {} : { parentSpanContext: idsOf(parentSpanId) }),
        startTime,
        endTime,
        duration: hrTimeDuration(startTime, endTime),
        status: { code: span.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
        attributes: { ...span.attributes } satisfies Attributes,
        links: [],
        events: [],
        ended: true,
        resource,
        instrumentationScope: { name: '@techmart/platform' },
        droppedAttributesCount: 0,
        droppedEventsCount: 0,
        droppedLinksCount: 0,
      })
    },
    [Symbol.asyncDispose]: () => queue.close(1_000),
  }
}
