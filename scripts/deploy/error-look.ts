// How a replica does beside the others: what it answered and what of that failed, as Prometheus has scraped it. A consumer's messages
// count as a server's requests do.
import type { PrometheusApi } from '../chaos/prometheus-api.ts'

export interface Answers {
  readonly total: number
  readonly failed: number
}

export interface ErrorLook {
  /** What the replicas at these addresses have answered since they started. */
  read(addresses: readonly string[]): Promise<Answers>
  /** Share that may fail at all: what the objectives leave. */
  budgetRatio(): Promise<number>
}

export function makeErrorLook(prometheus: PrometheusApi): ErrorLook {
  const sum = async (selectors: readonly string[]) => {
    const samples = await prometheus.query(selectors.map(selector => `sum(${selector})`).join(' or '))
    return samples.reduce((total, { value }) => total + value, 0)
  }
  return {
    async read(addresses) {
      const instance = `instance=~"(${addresses.map(address => address.replaceAll('.', '\\\\.')).join('|')}):.+"`
      const failed = await sum([`http_requests_total{${instance}, status=~"5.."}`])
      const dead = await sum([`kafka_messages_total{${instance}, outcome="dead"}`])
      const requests = await sum([`http_requests_total{${instance}}`])
      const messages = await sum([`kafka_messages_total{${instance}, outcome=~"processed|dead"}`])
      return { total: requests + messages, failed: failed + dead }
    },
    async budgetRatio() {
      const [budget] = await prometheus.query('min(slo:error_budget:ratio{slo="availability"})')
      if (!budget) throw new Error('Prometheus has no objectives yet: wait a minute, or deploy with WATCH_SECONDS=0.')
      return budget.value
    },
  }
}
