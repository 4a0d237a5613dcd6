// The last traces, in memory, bounded by bytes and by count: when either is exceeded the trace that began to arrive first goes.
// Parts are kept as JSON text outside the JavaScript heap, so that the byte limit is what the process really holds.
import type { TempoResourceSpans, TracePart } from './tempo-trace.ts'

interface StoredTrace {
  readonly parts: Buffer[]
  bytes: number
}

export interface TraceStoreLimits {
  readonly maxBytes: number
  readonly maxTraces: number
  /** A single trace beyond this keeps its first parts only. */
  readonly maxTraceBytes: number
}

export interface TraceStore {
  add(parts: readonly TracePart[]): void
  /** The JSON texts of the trace's ResourceSpans, in order of arrival. */
  findParts(traceId: string): string[] | undefined
  /**
   * Traces, the latest first. With `needles` only those whose text holds every one of them: a cheap test, so that a search
   * parses few traces.
   */
  walk(needles: readonly string[]): Generator<{ traceId: string; resourceSpans: TempoResourceSpans[] }>
  contents(): { traces: number; bytes: number; evicted: number; truncated: number }
}

export function makeTraceStore(limits: TraceStoreLimits): TraceStore {
  const traces = new Map<string, StoredTrace>()
  let bytes = 0
  let evicted = 0
  let truncated = 0

  function evictOldest(): void {
    for (const [traceId, trace] of traces) {
      if (bytes <= limits.maxBytes && traces.size <= limits.maxTraces) return
      traces.delete(traceId)
      bytes -= trace.bytes
      evicted += 1
    }
  }

  return {
    add(parts) {
      for (const { traceId, json } of parts) {
        const part = Buffer.allocUnsafeSlow(Buffer.byteLength(json))
        part.write(json)
        const trace = traces.get(traceId) ?? { parts: [], bytes: 0 }
        if (trace.bytes + part.length > limits.maxTraceBytes) {
          truncated += 1
          continue
        }
        trace.parts.push(part)
        trace.bytes += part.length
        bytes += part.length
        traces.set(traceId, trace)
      }
      evictOldest()
    },

    findParts: traceId => traces.get(traceId)?.parts.map(part => part.toString()),

    *walk(needles) {
      for (const [traceId, trace] of [...traces].reverse()) {
        if (!needles.every(needle => trace.parts.some(part => part.includes(needle)))) continue
        yield { traceId, resourceSpans: trace.parts.map(part => JSON.parse(part.toString())) }
      }
    },

    contents: () => ({ traces: traces.size, bytes, evicted, truncated }),
  }
}
