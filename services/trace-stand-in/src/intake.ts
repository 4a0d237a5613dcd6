// POST /v1/traces: OTLP/HTTP in JSON, packed with gzip or not.
import { type Handler, RequestError, readBody } from './http-server.ts'
import { OtlpError, readOtlpTraces } from './otlp.ts'
import { toTraceParts } from './tempo-trace.ts'
import type { TraceStore } from './trace-store.ts'

/** Twice the largest batch that the collector is configured to send. */
const maxBodyBytes = 32_000_000

export function buildIntake(store: TraceStore): Handler {
  return async (request, url) => {
    if (url.pathname !== '/v1/traces') throw new RequestError(404, 'Only traces are taken here: POST /v1/traces.')
    if (request.method !== 'POST') throw new RequestError(405, 'Traces are sent by POST.')
    const contentType = request.headers['content-type'] ?? ''
    if (!contentType.startsWith('application/json')) {
      throw new RequestError(
        415,
        `This stand-in for the trace store takes OTLP in JSON, not '${contentType}'. ` +
          'Give the collector TRACE_STORE_ENCODING=json (its exporter: encoding: json).',
      )
    }
    const text = await readBody(request, maxBodyBytes)
    try {
      const { parts, rejected } = toTraceParts(readOtlpTraces(text).resourceSpans)
      store.add(parts)
      if (rejected === 0) return { status: 200, json: { partialSuccess: {} } }
      const errorMessage = 'Spans need a traceId of 32 and a spanId of 16 hex digits.'
      return { status: 200, json: { partialSuccess: { rejectedSpans: String(rejected), errorMessage } } }
    } catch (error) {
      if (error instanceof OtlpError) throw new RequestError(400, error.message)
      throw error
    }
  }
}
