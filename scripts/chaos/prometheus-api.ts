// The three calls of Prometheus' HTTP API that chaos needs (prometheus.io/docs/prometheus/latest/querying/api/).
import { callJson, HttpError } from '../lib/http-json.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
  readonly activeAtMs: number
}

export interface PrometheusApi {
  query(expression: string): Promise<Sample[]>
  listAlerts(): Promise<ActiveAlert[]>
  /** Trace ids of exemplars, the latest first. */
  listExemplars(expression: string, sinceMs: number): Promise<string[]>
}

interface Answer {
  status?: string
  error?: string
  data?: unknown
}

export function makePrometheusApi(baseUrl: string): PrometheusApi {
  async function call(path: string): Promise<unknown> {
    const answer = (await callJson(`${baseUrl}/api/v1/${path}`, { owner: 'Prometheus' })) as Answer | undefined
    if (answer?.status !== 'success')
      throw new HttpError(`Prometheus could not answer: ${answer?.error ?? 'no JSON'}`, 200)
    return answer.data
  }

  return {
    async query(expression) {
      const data = (await call(`query?${new URLSearchParams({ query: expression })}`)) as {
        result?: { metric: Record<string, string>; value: [number, string] }[]
      }
      return (data.result ?? []).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },

    async listAlerts() {
      const data = (await call('alerts')) as {
        alerts?: { labels: Record<string, string>; state: string; activeAt: string }[]
      }
      return (data.alerts ?? []).flatMap(({ labels, state, activeAt }) =>
        state === 'pending' || state === 'firing' ? [{ labels, state, activeAtMs: Date.parse(activeAt) }] : [],
      )
    },

    async listExemplars(expression, sinceMs) {
      const range = { start: String(sinceMs / 1000), end: String(Date.now() / 1000) }
      const data = (await call(`query_exemplars?${new URLSearchParams({ query: expression, ...range })}`)) as
        | { exemplars: { labels: Record<string, string>; timestamp: number }[] }[]
        | undefined
      return (data ?? [])
        .flatMap(series => series.exemplars)
        .sort((a, b) => b.timestamp - a.timestamp)
        .flatMap(({ labels }) => labels.trace_id ?? [])
    },
  }
}
