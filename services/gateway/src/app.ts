import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { GatewayConfig } from './config.ts'
import { countRequests } from './count-requests.ts'
import { identityOf, noticeSuspiciousClients } from './edge-duties.ts'
import type { GatewayEvents } from './events.ts'
import { makePassOn } from './pass-on.ts'
import type { Health, Probe } from './probe.ts'
import { apiRoutes } from './routes/api.ts'
import { healthRoutes } from './routes/health.ts'
import { homeRoutes } from './routes/home.ts'
import { labRoutes } from './routes/lab.ts'
import { runbookRoutes } from './routes/runbooks.ts'
import { addSecurityHeaders } from './security-headers.ts'
import type { Upstream } from './upstream.ts'

export interface GatewayDeps {
  config: Omit<GatewayConfig, 'PORT' | 'API_URL' | 'LAB_URL' | 'LOG_LEVEL' | 'STOP_TIMEOUT_MS'>
  log: Log
  metrics: Metrics
  faults: Faults
  events: GatewayEvents
  upstreams: { api: Upstream; lab: Upstream }
  probes: { api: Probe; lab: Probe }
}

export function buildApp(deps: GatewayDeps): HttpApp {
  const { config, log, metrics, faults, events, upstreams, probes } = deps
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
      const [api, lab] = await Promise.all([probes.api(), probes.lab()])
      return { ready: true, dependencies: { api: upOrDown(api), lab: upOrDown(lab) } }
    },
  })
  addSecurityHeaders(app)
  countRequests(app, events)
  noticeSuspiciousClients(app, { perMinute: config.SUSPICIOUS_PER_MINUTE, events })

  const bodyLimitBytes = config.BODY_LIMIT_BYTES
  app.register(healthRoutes, { probes })
  app.register(apiRoutes, {
    passOn: makePassOn({ upstream: upstreams.api, identityOf }),
    events,
    requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
    bodyLimitBytes,
  })
  app.register(labRoutes, { passOn: makePassOn({ upstream: upstreams.lab, identityOf }), bodyLimitBytes })
  app.register(runbookRoutes, { folder: config.RUNBOOKS_DIR })
  app.register(homeRoutes, {
    links: {
      grafanaUrl: config.GRAFANA_URL,
      prometheusUrl: config.PROMETHEUS_URL,
      alertmanagerUrl: config.ALERTMANAGER_URL,
    },
  })
  return app
}

/** A dependency that is in trouble of its own still answers. */
const upOrDown = ({ status }: Health): 'up' | 'down' => (status === 'down' ? 'down' : 'up')
