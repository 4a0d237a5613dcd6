import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { type SuspicionKind, suspicionKinds } from './suspicion.ts'

export interface RequestFacts {
  method: string
  route: string
  /** As sent; 499 when the client hung up before it could be. */
  status: number
}

export type ErrorReason = 'refused' | 'timeout' | 'reset' | 'bad-answer' | 'upstream' | 'internal'

export interface GatewayEvents {
  requestAnswered(request: RequestFacts): void
  requestFailed(request: RequestFacts, reason: ErrorReason): void
  rateLimited(client: string, route: string | undefined): void
  suspiciousActivity(kind: SuspicionKind, client: string): void
}

export function makeGatewayEvents(metrics: Metrics, log: Log): GatewayEvents {
  const requests = metrics.counter('gateway_requests_total', 'Requests answered at the edge.', [
    'method',
    'route',
    'status',
  ])
  const errors = metrics.counter('gateway_errors_total', 'Requests that the edge answered with 5xx, and why.', [
    'method',
    'route',
    'reason',
  ])
  const limited = metrics.counter('rate_limited_requests_total', 'Requests refused because a client asks too often.')
  const suspicious = metrics.counter(
    'suspicious_activity_total',
    'Clients that were refused again and again within a minute, by kind of refusal.',
    ['kind'],
  )
  for (const kind of suspicionKinds) suspicious.inc({ kind }, 0)

  return {
    requestAnswered: ({ method, route, status }) => requests.inc({ method, route, status: String(status) }),
    requestFailed({ method, route, status }, reason) {
      errors.inc({ method, route, reason })
      // Every other reason was thrown here, and logged with its cause where it was answered.
      if (reason === 'upstream') log.warn('upstream answered with a failure', { method, route, status })
    },
    rateLimited(client, route) {
      limited.inc()
      log.warn('rate limited', { client, route })
    },
    suspiciousActivity(kind, client) {
      suspicious.inc({ kind })
      log.warn('suspicious activity', { kind, client })
    },
  }
}
