import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { InventoryEvents } from './events.ts'
import type { ReservationStore } from './reservation-store.ts'
import { addReservationRoutes } from './routes/reservations.ts'
import { addShelfRoutes } from './routes/shelves.ts'
import { addStockRoutes } from './routes/stock.ts'
import type { ShelfStore } from './shelf-store.ts'
import type { StockStore } from './stock-store.ts'

export interface InventoryDeps {
  readonly log: Log
  readonly metrics: Metrics
  readonly faults: Faults
  readonly events: InventoryEvents
  readonly stock: StockStore
  readonly shelves: ShelfStore
  readonly reservations: ReservationStore
  readonly readiness: () => Promise<Readiness>
}

export function buildApp(deps: InventoryDeps): HttpApp {
  const { log, metrics, faults, readiness, events, stock, shelves, reservations } = deps
  const app = buildHttpApp({ service: 'inventory', log, metrics, faults, readiness })
  addReservationRoutes(app, { reservations, events })
  addStockRoutes(app, { stock, events })
  addShelfRoutes(app, { shelves, events })
  return app
}
