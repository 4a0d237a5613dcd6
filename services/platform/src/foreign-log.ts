// Log records in the name of somebody who cannot send them, a browser above all: they have a resource of their own, so that
// they stand in Loki beside our services and never among their lines.
import { context, ROOT_CONTEXT, SeverityNumber, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { toLogQueue } from './span-processors.ts'
import { TelemetryQueue } from './telemetry-queue.ts'

export interface ForeignRecord {
  readonly level: 'info' | 'error'
  readonly message: string
  readonly attributes: Readonly<Record<string, string | number>>
  /** The span it belongs to; the active one where it does not say. */
  readonly span?: { readonly traceId: string; readonly spanId: string }
}

export interface ForeignLog {
  /** Never throws, never waits. */
  write(record: ForeignRecord): void
}

const severities = { info: SeverityNumber.INFO, error: SeverityNumber.ERROR } as const

/** Sends to the collector that the standard OTEL_* variables name; flushes when it is closed, for 1 s at most. */
export function openForeignLog(service: string): ForeignLog & AsyncDisposable {
  const queue = new TelemetryQueue<ReadableLogRecord>({
    signal: 'logs',
    // Some 2 MB: what strangers say of themselves is not worth more while the collector is away.
    maxItems: 1_000,
    exporter: new OTLPLogExporter({ timeoutMillis: 5_000 }),
  })
  const provider = new LoggerProvider({
    // Namespace and environment are those of the lab.
    resource: detectResources({ detectors: [envDetector] }).merge(resourceFromAttributes({ 'service.name': service })),
    processors: [toLogQueue(queue, 1_000)],
  })
  const logger = provider.getLogger('@techmart/platform')
  return {
    write: ({ level, message, attributes, span }) =>
      logger.emit({
        severityNumber: severities[level],
        severityText: level,
        body: message,
        timestamp: new Date(),
        attributes: { ...attributes },
        context: span
          ? trace.setSpanContext(ROOT_CONTEXT, { ...span, traceFlags: TraceFlags.SAMPLED })
          : context.active(),
      }),
    [Symbol.asyncDispose]: () => provider.shutdown(),
  }
}
