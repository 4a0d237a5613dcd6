// What happens to every span between its start and the queue.
import { type Attributes, type Context, propagation } from '@opentelemetry/api'
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { findProcessScenario } from './fault-marks.ts'
import { withoutPathSecrets, withoutQueryValues, withoutSecrets, withoutUrlSecrets } from './redaction.ts'
import type { TelemetryQueue } from './telemetry-queue.ts'

const nothing = async () => {}

/** Copies `cuj.name`, and nothing else, from the baggage to every span of a journey. */
export const journeyProcessor: SpanProcessor = {
  onStart(span: Span, parent: Context) {
    const name = propagation.getBaggage(parent)?.getEntry('cuj.name')?.value
    if (name !== undefined) span.setAttribute('cuj.name', name)
  },
  onEnd() {},
  forceFlush: nothing,
  shutdown: nothing,
}

/** Marks every span of a process that is struck as a whole; other faults mark just the spans that they touch. */
export const faultProcessor: SpanProcessor = {
  onStart(span: Span) {
    const scenario = findProcessScenario()
    if (scenario !== undefined) span.setAttribute('chaos.fault', scenario)
  },
  onEnd() {},
  forceFlush: nothing,
  shutdown: nothing,
}

/** Cuts the values of queries, what may be somebody's in a path, and e-mail addresses, cards and tokens wherever they are. Stands before the queue. */
export const redactionProcessor: SpanProcessor = {
  onStart() {},
  onEnd(span: ReadableSpan) {
    redact(span.attributes)
    for (const event of span.events) if (event.attributes) redact(event.attributes)
    if (span.status.message) span.status.message = withoutSecrets(span.status.message)
  },
  forceFlush: nothing,
  shutdown: nothing,
}

function redact(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'string') continue
    if (name === 'url.query') attributes[name] = withoutQueryValues(value)
    else if (name === 'url.full') attributes[name] = withoutSecrets(withoutUrlSecrets(value))
    else if (name === 'url.path') attributes[name] = withoutPathSecrets(value)
    else attributes[name] = withoutSecrets(value)
  }
}

/** Hands finished, sampled spans to the queue. */
export const toSpanQueue = (queue: TelemetryQueue<ReadableSpan>, closeLimitMs: number): SpanProcessor => ({
  onStart() {},
  onEnd(span) {
    if ((span.spanContext().traceFlags & 1) === 1) queue.add(span)
  },
  forceFlush: () => queue.flush(),
  shutdown: () => queue.close(closeLimitMs),
})

/** Hands log records to the queue. */
export const toLogQueue = (queue: TelemetryQueue<ReadableLogRecord>, closeLimitMs: number): LogRecordProcessor => ({
  onEmit: record => queue.add(record),
  forceFlush: () => queue.flush(),
  shutdown: () => queue.close(closeLimitMs),
})
