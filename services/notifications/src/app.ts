// Notifications is asked nothing but how it is.
import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'

export interface NotificationsDeps {
  log: Log
  metrics: Metrics
  faults: Faults
  readiness: () => Promise<Readiness>
}

export function buildApp({ log, metrics, faults, readiness }: NotificationsDeps): HttpApp {
  return buildHttpApp({ service: 'notifications', log, metrics, faults, readiness })
}
