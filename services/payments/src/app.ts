import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { addChargeRoutes, type ChargeRoutesDeps } from './routes/charges.ts'

export interface PaymentsDeps extends ChargeRoutesDeps {
  log: Log
  metrics: Metrics
  faults: Faults
  readiness: () => Promise<Readiness>
}

export function buildApp(deps: PaymentsDeps): HttpApp {
  const { log, metrics, faults, readiness } = deps
  const app = buildHttpApp({ service: 'payments', log, metrics, faults, readiness })
  addChargeRoutes(app, deps)
  return app
}
