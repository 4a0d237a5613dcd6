import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { InventoryEvents } from './events.ts'
import type { ReservationStore } from './reservation-store.ts'
import { addReservationRoutes } from './routes/reservations.ts'
import { addStockRoutes } from './routes/stock.ts'
import type { StockStore } from './stock-store.ts'

export interface InventoryDeps {
  readonly log: Log
  readonly metrics: Metrics
  readonly faults: Faults
  readonly events: InventoryEvents
  readonly stock: StockStore
  readonly reservations: ReservationStore
  readonly readiness: () => Promise<Readiness>
}

export function buildApp({ log, metrics, faults, readiness, events, stock, reservations }: InventoryDeps): HttpApp {
  const app = buildHttpApp({ service: 'inventory', log, metrics, faults, readiness })
  addReservationRoutes(app, { reservations, events })
  addStockRoutes(app, { stock, events })
  return app
}
