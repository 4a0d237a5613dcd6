import { OrderPlaced } from '@techmart/contracts/order-events'
import { ordersPlacedTopic } from '@techmart/contracts/topics'
import { followFaults } from '@techmart/platform/faults'
import { listen } from '@techmart/platform/http-app'
import { openKafka } from '@techmart/platform/kafka'
import { buildLog } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import { buildMetrics } from '@techmart/platform/metrics'
import { startOutboxRelay } from '@techmart/platform/outbox'
import { openPostgres } from '@techmart/platform/postgres'
import { isPostgresOutage } from '@techmart/platform/postgres-errors'
import { seedPatiently } from '@techmart/platform/seed-patiently'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { makeUsersEvents } from './events.ts'
import { makeKeepSegments, makeRemoveOldRows } from './keep-customers.ts'
import { makeRecordOrder } from './record-order.ts'
import { buildSeededCustomers } from './seeded-customers.ts'
import { makeSignUp } from './sign-up.ts'
import { makeStatisticsStore } from './statistics-store.ts'
import { makeUserStore } from './user-store.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'users', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const events = makeUsersEvents(metrics, log)
  const faults = opened.use(followFaults({ service: 'users', labUrl: config.LAB_URL, log }))
  const migrations = new URL('../migrations/', import.meta.url)
  const postgres = opened.use(
    await openPostgres({ url: config.DATABASE_URL, migrations, log, faults, maxConnections: 6 }),
  )
  const kafka = opened.use(await openKafka({ brokers: config.KAFKA_BROKERS, clientId: 'users', log, metrics, faults }))
  opened.use(startOutboxRelay({ postgres, producer: await kafka.producer(), log, metrics }))

  const users = makeUserStore(postgres)
  const statistics = makeStatisticsStore(postgres)
  const added = await seedPatiently(log, () => users.seed(buildSeededCustomers(new Date())))
  if (added > 0) events.seeded(added)

  const keepSegments = makeKeepSegments({ statistics, events })
  opened.use(startLoop({ name: 'keep segments', everyMs: config.SEGMENT_POLL_MS, work: keepSegments, log }))
  const removeOldRows = makeRemoveOldRows({
    statistics,
    events,
    customersKept: config.CUSTOMERS_KEPT,
    eventDays: config.ORDER_EVENT_RETENTION_DAYS,
  })
  opened.use(startLoop({ name: 'remove old rows', everyMs: 60_000, work: removeOldRows, log }))

  const app = buildApp({
    log,
    metrics,
    faults,
    events,
    users,
    signUp: makeSignUp({ users, events }),
    // Without Kafka customers sign up all the same: their messages wait in the outbox, and orders in their topic.
    readiness: async () => {
      const postgresIsUp = await postgres.isUp()
      const state = (up: boolean) => (up ? 'up' : 'down')
      return { ready: postgresIsUp, dependencies: { postgres: state(postgresIsUp), kafka: state(kafka.isUp()) } }
    },
  })
  opened.use(await listen(app, config.PORT, { stopping }))

  opened.use(
    await kafka.consume({
      topic: ordersPlacedTopic.name,
      group: 'users',
      schema: OrderPlaced,
      handle: makeRecordOrder({ statistics, events }),
      isOutage: isPostgresOutage,
      retries: 3,
    }),
  )
})
