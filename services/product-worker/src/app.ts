// The worker is asked nothing but how it is.
import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'

export interface ProductWorkerDeps {
  readonly log: Log
  readonly metrics: Metrics
  readonly faults: Faults
  readonly readiness: () => Promise<Readiness>
}

export function buildApp({ log, metrics, faults, readiness }: ProductWorkerDeps): HttpApp {
  return buildHttpApp({ service: 'product-worker', log, metrics, faults, readiness })
}
