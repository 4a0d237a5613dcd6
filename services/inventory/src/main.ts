import { catalogueSize } from '@techmart/contracts/catalogue'
import { followFaults } from '@techmart/platform/faults'
import { listen } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import { buildMetrics } from '@techmart/platform/metrics'
import { openPostgres } from '@techmart/platform/postgres'
import { seedPatiently } from '@techmart/platform/seed-patiently'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { makeInventoryEvents } from './events.ts'
import { makeKeepShelves } from './keep-shelves.ts'
import { makeRemoveOldRows } from './remove-old-rows.ts'
import { makeReservationStore } from './reservation-store.ts'
import { makeShelfStore } from './shelf-store.ts'
import { makeStockStore } from './stock-store.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'inventory', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const events = makeInventoryEvents(metrics, log)
  const faults = opened.use(followFaults({ service: 'inventory', labUrl: config.LAB_URL, log }))
  const migrations = new URL('../migrations/', import.meta.url)
  const postgres = opened.use(await openPostgres({ url: config.DATABASE_URL, migrations, log, faults }))

  const stock = makeStockStore(postgres)
  const reservations = makeReservationStore(postgres, config.RESERVATION_SECONDS * 1_000)
  await seedPatiently(log, () => stock.seed(catalogueSize))

  const keepShelves = makeKeepShelves({ stock, reservations, events })
  opened.use(startLoop({ name: 'keep shelves', everyMs: config.RESTOCK_POLL_MS, work: keepShelves, log }))
  const removeOldRows = makeRemoveOldRows({
    stock,
    reservations,
    events,
    reservationHours: config.RESERVATION_RETENTION_HOURS,
    movementDays: config.MOVEMENT_RETENTION_DAYS,
  })
  opened.use(startLoop({ name: 'remove old rows', everyMs: 60_000, work: removeOldRows, log }))

  const app = buildApp({
    log,
    metrics,
    faults,
    events,
    stock,
    shelves: makeShelfStore(postgres),
    reservations,
    readiness: async () => {
      const postgresIsUp = await postgres.isUp()
      return { ready: postgresIsUp, dependencies: { postgres: postgresIsUp ? 'up' : 'down' } }
    },
  })
  opened.use(await listen(app, config.PORT, { stopping }))
})
