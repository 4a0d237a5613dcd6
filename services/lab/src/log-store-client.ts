// Asks Loki for the lines of one trace. The trace id is structured metadata there, so every service's stream is looked through,
// within the last day only.
import type { LogLine } from '@techmart/contracts/lab-routes'
import { UpstreamError } from '@techmart/platform/refusals'

export interface LogStoreClient {
  listByTrace(traceId: string): Promise<LogLine[]>
}

/** The part of Loki's answer to query_range that is read here: structured metadata comes among the stream's labels. */
export interface LokiAnswer {
  data?: { result?: { stream: Record<string, string>; values: [string, string][] }[] }
}

const maxLines = 500
const lookBackSeconds = 86_400

export function toLogLines(answer: LokiAnswer): LogLine[] {
  const lines = (answer.data?.result ?? []).flatMap(({ stream, values }) =>
    values.map(([atNs, message]) => ({
      atNs: BigInt(atNs),
      line: {
        at: new Date(Number(BigInt(atNs) / 1_000_000n)).toISOString(),
        service: stream.service_name ?? 'unknown',
        level: (stream.severity_text ?? stream.detected_level ?? stream.level ?? 'unknown').toLowerCase(),
        message,
        spanId: stream.span_id ?? '',
      },
    })),
  )
  lines.sort((a, b) => (a.atNs < b.atNs ? -1 : 1))
  return lines.map(({ line }) => line)
}

export function makeLogStoreClient(options: { baseUrl: string; timeoutMs: number; now: () => number }): LogStoreClient {
  return {
    async listByTrace(traceId) {
      const endSeconds = Math.ceil(options.now() / 1000) + 1
      const query = new URLSearchParams({
        query: `{service_name=~".+"} | trace_id="${traceId}"`,
        start: String(endSeconds - lookBackSeconds),
        end: String(endSeconds),
        limit: String(maxLines),
        direction: 'forward',
      })
      let response: Response
      try {
        response = await fetch(`${options.baseUrl}/loki/api/v1/query_range?${query}`, {
          signal: AbortSignal.timeout(options.timeoutMs),
        })
      } catch (cause) {
        throw new UpstreamError('The log store did not answer.', { kind: 'refused', dependency: 'log-store', cause })
      }
      if (!response.ok) {
        throw new UpstreamError(`The log store answered ${response.status}.`, {
          kind: 'bad-answer',
          dependency: 'log-store',
        })
      }
      return toLogLines((await response.json()) as LokiAnswer)
    },
  }
}
