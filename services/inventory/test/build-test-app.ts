import type { TestContext } from 'node:test'
import { noFaults } from '@techmart/platform/faults'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog } from '@techmart/platform/testing'
import { buildApp } from '../src/app.ts'
import { makeInventoryEvents } from '../src/events.ts'
import type { ReservationStore } from '../src/reservation-store.ts'
import type { ShelfStore } from '../src/shelf-store.ts'
import type { StockStore } from '../src/stock-store.ts'
import { fakeReservations, fakeShelves, fakeStock } from './fakes.ts'

/** inventory without network and database. */
export function buildTestApp(
  t: TestContext,
  parts: { reservations?: ReservationStore; stock?: StockStore; shelves?: ShelfStore } = {},
) {
  const log = fakeLog()
  const metrics = buildMetrics()
  const events = makeInventoryEvents(metrics, log)
  const app = buildApp({
    log,
    metrics,
    events,
    faults: noFaults,
    stock: parts.stock ?? fakeStock(),
    shelves: parts.shelves ?? fakeShelves(),
    reservations: parts.reservations ?? fakeReservations(),
    readiness: async () => ({ ready: true, dependencies: {} }),
  })
  t.after(() => app.close())
  return { app, metrics, log, events }
}
