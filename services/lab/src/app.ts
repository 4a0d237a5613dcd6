import { buildHttpApp, type HttpApp } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { type EvidenceRoutesDeps, evidenceRoutes } from './routes/evidence.ts'
import { type FaultRoutesDeps, faultRoutes } from './routes/faults.ts'
import { type InboxRoutesDeps, inboxRoutes } from './routes/inbox.ts'
import { type IncidentStreamDeps, incidentStream } from './routes/incident-stream.ts'
import { type IncidentRoutesDeps, incidentRoutes } from './routes/incidents.ts'
import { type MarkRoutesDeps, markRoutes } from './routes/marks.ts'

export interface LabDeps
  extends FaultRoutesDeps,
    MarkRoutesDeps,
    InboxRoutesDeps,
    IncidentRoutesDeps,
    IncidentStreamDeps,
    EvidenceRoutesDeps {
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
  markRoutes(app, deps)
  inboxRoutes(app, deps)
  incidentRoutes(app, deps)
  incidentStream(app, deps)
  evidenceRoutes(app, deps)
  return app
}
