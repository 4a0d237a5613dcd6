// The lab: what is broken on purpose, and what the alerts said about it. It keeps that in a file of its own, follows Postgres and
// Kafka from outside, and needs neither.
import { listen } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { makeAlertmanagerClient } from './alertmanager-client.ts'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { makeDeadManStore } from './dead-man-store.ts'
import { makeLabEvents } from './events.ts'
import { makeFaultStore } from './fault-store.ts'
import { makeInboxStore } from './inbox-store.ts'
import { makeIncidentFeed } from './incident-feed.ts'
import { makeIncidentStore } from './incident-store.ts'
import { openKafkaLag, watchKafkaLag } from './kafka-lag.ts'
import { followKafka, openKafkaPresence } from './kafka-presence.ts'
import { makeIncidentKeeper } from './keep-incidents.ts'
import { makeTransaction, openLabDatabase } from './lab-database.ts'
import { lapseFaults } from './lapse-faults.ts'
import { makeLogStoreClient } from './log-store-client.ts'
import { lookForEnds } from './look-for-ends.ts'
import { makeMarkStore } from './mark-store.ts'
import { followPostgres, openPostgresPresence } from './postgres-presence.ts'
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
  const marks = makeMarkStore(database, config.MARK_ROWS)
  const inbox = makeInboxStore(database, config.INBOX_ROWS)
  const incidents = makeIncidentStore(database, config.INCIDENT_ROWS)
  const feed = makeIncidentFeed()
  const inOneTransaction = makeTransaction(database)
  const keeper = makeIncidentKeeper({ incidents, inbox, faults, marks, events, feed, inOneTransaction })
  events.incidentsAre(incidents.list({ state: 'open', limit: 100 }).length)
  opened.use(lapseFaults({ faults, marks, keeper, events, now, log }))

  if (config.KAFKA_BROKERS) {
    const source = opened.use(openKafkaLag(config.KAFKA_BROKERS))
    opened.use(watchKafkaLag({ source, metrics, log }))
    const presence = opened.use(openKafkaPresence(config.KAFKA_BROKERS))
    opened.use(followKafka({ presence, metrics, log }))
  }
  if (config.DATABASE_URL) {
    const source = opened.use(openPostgresStatistics(config.DATABASE_URL))
    opened.use(watchPostgres({ source, metrics, log }))
    const presence = opened.use(openPostgresPresence(config.DATABASE_URL))
    opened.use(followPostgres({ presence, metrics, log }))
  }

  if (config.ALERTMANAGER_URL) {
    const alertmanager = makeAlertmanagerClient({ baseUrl: config.ALERTMANAGER_URL, timeoutMs: 3000 })
    opened.use(lookForEnds({ alertmanager, incidents, keeper, now, log }))
  }

  const deadMan = makeDeadManStore(database)
  const { lastBeatAt } = deadMan.get(now())
  if (lastBeatAt) events.deadManBeat(Date.parse(lastBeatAt))
  opened.use(watchDeadMan({ deadMan, keeper, events, now, inOneTransaction, storeUrl: config.STORE_URL, log }))

  const app = buildApp({
    log,
    metrics,
    events,
    now,
    faults,
    marks,
    inbox,
    incidents,
    feed,
    keeper,
    onChange: () => keeper.settle(now()),
    deadMan,
    traces: makeTraceStoreClient({ baseUrl: config.TRACE_STORE_URL, timeoutMs: 5000 }),
    logs: makeLogStoreClient({ baseUrl: config.LOKI_URL, timeoutMs: 5000, now }),
  })
  opened.use(await listen(app, config.PORT, { stopping }))
})
