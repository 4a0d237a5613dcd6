import { buildHttpApp, type HttpApp } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { type EvidenceRoutesDeps, evidenceRoutes } from './routes/evidence.ts'
import { type FaultRoutesDeps, faultRoutes } from './routes/faults.ts'
import { type InboxRoutesDeps, inboxRoutes } from './routes/inbox.ts'

export interface LabDeps extends FaultRoutesDeps, InboxRoutesDeps, EvidenceRoutesDeps {
  readonly log: Log
  readonly metrics: Metrics
}

export function buildApp(deps: LabDeps): HttpApp {
  const app = buildHttpApp({
    service: 'lab',
    log: deps.log,
    metrics: deps.metrics,
    // It needs nobody: faults and inbox work while everything else is broken. Its SQLite file answers or the process is gone.
    readiness: async () => ({ ready: true, dependencies: {} }),
  })
  faultRoutes(app, deps)
  inboxRoutes(app, deps)
  evidenceRoutes(app, deps)
  return app
}
