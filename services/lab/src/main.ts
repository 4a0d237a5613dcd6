// The lab: what is broken on purpose, and what the alerts said about it. It keeps that in a file of its own, follows Postgres and
// Kafka from outside, and needs neither.
import { listen } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { makeDeadManStore } from './dead-man-store.ts'
import { makeLabEvents } from './events.ts'
import { makeFaultStore } from './fault-store.ts'
import { makeInboxStore } from './inbox-store.ts'
import { openKafkaLag, watchKafkaLag } from './kafka-lag.ts'
import { makeTransaction, openLabDatabase } from './lab-database.ts'
import { lapseFaults } from './lapse-faults.ts'
import { makeLogStoreClient } from './log-store-client.ts'
import { openPostgresStatistics, watchPostgres } from './postgres-statistics.ts'
import { makeTraceStoreClient } from './trace-store-client.ts'
import { watchDeadMan } from './watch-dead-man.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'lab', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const events = makeLabEvents(metrics, log)
  const now = Date.now

  const database = openLabDatabase(config.DATA_DIR)
  opened.defer(() => database.close())
  const faults = makeFaultStore(database, config.FAULT_ROWS)
  opened.use(lapseFaults({ faults, events, now, log }))

  if (config.KAFKA_BROKERS) {
    const source = opened.use(openKafkaLag(config.KAFKA_BROKERS))
    opened.use(watchKafkaLag({ source, metrics, log }))
  }
  if (config.DATABASE_URL) {
    const source = opened.use(openPostgresStatistics(config.DATABASE_URL))
    opened.use(watchPostgres({ source, metrics, log }))
  }

  const inbox = makeInboxStore(database, config.INBOX_ROWS)
  const deadMan = makeDeadManStore(database)
  const { lastBeatAt } = deadMan.get(now())
  if (lastBeatAt) events.deadManBeat(Date.parse(lastBeatAt))
  const inOneTransaction = makeTransaction(database)
  opened.use(watchDeadMan({ deadMan, inbox, events, now, inOneTransaction, storeUrl: config.STORE_URL, log }))

  const app = buildApp({
    log,
    metrics,
    events,
    now,
    faults,
    inbox,
    deadMan,
    traces: makeTraceStoreClient({ baseUrl: config.TRACE_STORE_URL, timeoutMs: 5000 }),
    logs: makeLogStoreClient({ baseUrl: config.LOKI_URL, timeoutMs: 5000, now }),
  })
  opened.use(await listen(app, config.PORT, { stopping }))
})
