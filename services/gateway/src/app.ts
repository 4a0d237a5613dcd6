import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { refuseAmbiguousPaths } from './ambiguous-paths.ts'
import type { GatewayConfig } from './config.ts'
import { countRequests } from './count-requests.ts'
import { identityOf, noticeSuspiciousClients } from './edge-duties.ts'
import type { GatewayEvents } from './events.ts'
import { makePassOn } from './pass-on.ts'
import { type Probe, probeAll } from './probe.ts'
import { apiRoutes } from './routes/api.ts'
import { addDocs } from './routes/docs.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { labRoutes } from './routes/lab.ts'
import { runbookRoutes } from './routes/runbooks.ts'
import { storeRoutes } from './routes/store.ts'
import { addSecurityHeaders } from './security-headers.ts'
import type { LabLink } from './store-page.ts'
import type { Upstream } from './upstream.ts'
import { forEachUpstream, type PerUpstream } from './upstreams.ts'
import type { WebEvents } from './web-events.ts'

export interface GatewayDeps {
  config: GatewayConfig
  log: Log
  metrics: Metrics
  faults: Faults
  events: GatewayEvents
  webEvents: WebEvents
  upstreams: PerUpstream<Upstream>
  probes: PerUpstream<Probe>
}

export function buildApp(deps: GatewayDeps): HttpApp {
  const { config, log, metrics, faults, events, webEvents, upstreams, probes } = deps
  const app = buildHttpApp({
    isEdge: true,
    service: 'gateway',
    log,
    metrics,
    faults,
    // The backstop behind the limits on a body's arrival (15 s), on the upstream's silence, and on its reply's body.
    requestTimeoutMs: 16_000 + 2 * config.UPSTREAM_TIMEOUT_MS,
    // The edge is ready without its upstreams: it has to be there to say, and to count, that they are not.
    readiness: async () => {
      const healths = Object.entries(await probeAll(probes))
      // A dependency that is in trouble of its own still answers.
      const states = healths.map(([name, { status }]) => [name, status === 'down' ? 'down' : 'up'] as const)
      return { ready: true, dependencies: Object.fromEntries(states) }
    },
  })
  addSecurityHeaders(app)
  countRequests(app, events)
  refuseAmbiguousPaths(app)
  noticeSuspiciousClients(app, { perMinute: config.SUSPICIOUS_PER_MINUTE, events })

  addDocs(app)
  const passOn = forEachUpstream(name => makePassOn({ upstream: upstreams[name], identityOf }))
  const bodyLimitBytes = config.BODY_LIMIT_BYTES
  app.register(healthRoutes, { probes })
  app.register(eventRoutes, { webEvents, events, requestsPerMinute: config.EVENTS_PER_MINUTE })
  app.register(apiRoutes, {
    passOn,
    events,
    requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
    bodyLimitBytes,
  })
  app.register(labRoutes, { passOn: passOn.lab, bodyLimitBytes })
  app.register(runbookRoutes, { folder: config.RUNBOOKS_DIR })
  app.register(storeRoutes, {
    folder: config.WEB_DIR,
    links: toLabLinks(config),
    sampleRatio: config.WEB_SAMPLE_RATIO,
  })
  return app
}

/** What stands behind the store, for whoever wants to look. */
const toLabLinks = (config: GatewayConfig): LabLink[] => [
  { name: 'Grafana', url: config.GRAFANA_URL },
  { name: 'Prometheus', url: config.PROMETHEUS_URL },
  { name: 'Alertmanager', url: config.ALERTMANAGER_URL },
  { name: 'Alert inbox', url: '/lab/inbox' },
  { name: 'Faults', url: '/lab/faults' },
  { name: 'Health', url: '/api/health' },
  { name: 'API', url: '/docs' },
]
