import type { HttpApp } from './http-app.ts'
import { whenOver } from './http-end.ts'
import { durationBucketsSeconds, type Metrics } from './metrics.ts'

/** Probes and scrapes would be most of the requests of a quiet service. */
export const askedByMachines: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics', '/api/health'])

/**
 * http_requests_total and http_request_duration_seconds by method, route and status, and http_requests_in_flight. A caller that
 * hung up is counted with the status 499, as nginx does.
 */
export function countRequests(app: HttpApp, metrics: Metrics): void {
  const labels = ['method', 'route', 'status'] as const
  const total = metrics.counter('http_requests_total', 'Requests answered.', labels)
  const seconds = metrics.histogram(
    'http_request_duration_seconds',
    'Time from the first byte of a request to the last of its answer.',
    labels,
    durationBucketsSeconds,
  )
  const inFlight = metrics.gauge('http_requests_in_flight', 'Requests that wait for their answer.')
  app.addHook('onRequest', (request, reply, done) => {
    // Unknown paths share one label value: a scanner must not fill the memory of Prometheus.
    const route = request.routeOptions.url ?? 'unknown'
    if (!askedByMachines.has(route)) {
      const startedAt = performance.now()
      inFlight.inc()
      whenOver(reply.raw, complete => {
        const status = complete ? String(reply.statusCode) : '499'
        const values = { method: request.method, route, status }
        inFlight.dec()
        total.inc(values)
        seconds.observe(values, (performance.now() - startedAt) / 1000)
      })
    }
    done()
  })
}
