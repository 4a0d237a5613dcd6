// JSON lines on stdout with the ids of the active span, and the same record to the collector by OTLP. Our own transport sends
// them: the published one still speaks to an older API package and loses every record without a word.
import { context, isSpanContextValid, logs, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api'
import winston from 'winston'
import Transport from 'winston-transport'
import { withoutSecrets } from './redaction.ts'

export type Log = winston.Logger

/** `level` is the least severe level that is written: error, warn, info or debug. */
export function buildLog(options: { service: string; level: string }): Log {
  return winston.createLogger({
    level: options.level,
    defaultMeta: { service: options.service },
    format: winston.format.combine(spanIds(), plainFields(), winston.format.timestamp()),
    transports: [new winston.transports.Console({ format: winston.format.json() }), new OtlpTransport()],
  })
}

/** Ids of the span that is active where the line is written; the Winston instrumentation may have put them there already. */
const spanIds = winston.format(info => {
  const span = trace.getSpanContext(context.active())
  if (span && isSpanContextValid(span) && info.trace_id === undefined) {
    info.trace_id = span.traceId
    info.span_id = span.spanId
  }
  delete info.trace_flags
  return info
})

/** Errors become plain fields (JSON shows an Error as {}), and e-mail addresses, cards and tokens are blotted out wherever they slipped in. */
const plainFields = winston.format(info => {
  for (const [name, value] of Object.entries(info)) {
    if (value instanceof Error) {
      delete info[name]
      info['exception.type'] = value.name
      info['exception.message'] = withoutSecrets(messageWithCauses(value))
      info['exception.stacktrace'] = withoutSecrets(value.stack ?? '')
    } else if (typeof value === 'string') {
      info[name] = withoutSecrets(value)
    } else if (typeof value === 'object' && value !== null) {
      info[name] = plain(value)
    }
  }
  return info
})

/** A copy without secrets. What JSON cannot hold becomes text: a log line never throws. */
function plain(value: object): unknown {
  try {
    return JSON.parse(withoutSecrets(JSON.stringify(value)))
  } catch {
    return withoutSecrets(String(value))
  }
}

/** The message and those of its causes: the last one usually says what to mend. */
function messageWithCauses(error: Error): string {
  const messages: string[] = []
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause) {
    messages.push(at.message || ('code' in at ? String(at.code) : at.name))
  }
  return messages.join(': ')
}

const severities: Readonly<Record<string, SeverityNumber>> = {
  error: SeverityNumber.ERROR,
  warn: SeverityNumber.WARN,
  info: SeverityNumber.INFO,
  debug: SeverityNumber.DEBUG,
}

class OtlpTransport extends Transport {
  readonly #logger = logs.getLogger('@techmart/platform')

  override log(info: Record<string, unknown>, next: () => void): void {
    const { level, message, timestamp, trace_id: traceId, span_id: spanId, service: _service, ...rest } = info
    const record = {
      severityNumber: severities[String(level)] ?? SeverityNumber.UNSPECIFIED,
      severityText: String(level),
      body: String(message),
      timestamp: new Date(String(timestamp)),
      attributes: toAttributes(rest),
    }
    const span =
      typeof traceId === 'string' && typeof spanId === 'string' ? { traceId, spanId, traceFlags: 1 } : undefined
    // The ids come from the record and not from the active context, so that both copies of the line always agree.
    this.#logger.emit({ ...record, context: span ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT })
    next()
  }
}

function toAttributes(fields: Record<string, unknown>): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') attributes[name] = value
    else attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
  return attributes
}
