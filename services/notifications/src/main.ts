import { OrderPlaced } from '@techmart/contracts/order-events'
import { ordersPlacedTopic, usersCreatedTopic } from '@techmart/contracts/topics'
import { UserCreated } from '@techmart/contracts/user-events'
import { followFaults } from '@techmart/platform/faults'
import { listen } from '@techmart/platform/http-app'
import { makeHttpClient } from '@techmart/platform/http-client'
import { openKafka } from '@techmart/platform/kafka'
import { buildLog } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import { buildMetrics } from '@techmart/platform/metrics'
import { openPostgres } from '@techmart/platform/postgres'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { makeConfirmOrder } from './confirm-order.ts'
import { makeNotificationsEvents } from './events.ts'
import { isOutage } from './is-outage.ts'
import { makeMailClient } from './mail-client.ts'
import { makeNotificationStore } from './notification-store.ts'
import { makeNotify } from './notify.ts'
import { makeWelcomeCustomer } from './welcome-customer.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'notifications', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const events = makeNotificationsEvents(metrics, log)
  const faults = opened.use(followFaults({ service: 'notifications', labUrl: config.LAB_URL, log }))
  const postgres = opened.use(
    await openPostgres({
      url: config.DATABASE_URL,
      migrations: new URL('../migrations/', import.meta.url),
      log,
      faults,
    }),
  )
  const kafka = opened.use(
    await openKafka({ brokers: config.KAFKA_BROKERS, clientId: 'notifications', log, metrics, faults }),
  )

  const mail = makeMailClient({
    http: makeHttpClient({
      baseUrl: config.OUTSIDE_URL,
      timeoutMs: config.MAIL_TIMEOUT_MS,
      dependency: 'mail-provider',
      circuit: { log, countsServerErrors: true },
      faults,
      metrics,
    }),
    timeoutMs: config.MAIL_TIMEOUT_MS,
  })
  const notifications = makeNotificationStore(postgres)
  opened.use(
    startLoop({
      name: 'remove old notifications',
      everyMs: 60_000,
      work: () => notifications.removeAcceptedBefore(config.NOTIFICATION_RETENTION_HOURS, 5_000),
      log,
    }),
  )

  const app = buildApp({
    log,
    metrics,
    faults,
    readiness: async () => {
      const postgresIsUp = await postgres.isUp()
      const kafkaIsUp = kafka.isUp()
      return {
        ready: postgresIsUp && kafkaIsUp,
        dependencies: { postgres: postgresIsUp ? 'up' : 'down', kafka: kafkaIsUp ? 'up' : 'down' },
      }
    },
  })
  opened.use(await listen(app, config.PORT, { stopping }))

  const notify = makeNotify({ notifications, mail, events })
  // Six retries take some 17 s, the circuit counts over 10: where the provider fails every mail it is open before any is given up.
  const shared = { group: 'notifications', isOutage, retries: 6 }

  opened.use(
    await kafka.consume(
      { topic: ordersPlacedTopic.name, schema: OrderPlaced, handle: makeConfirmOrder(notify), ...shared },
      { topic: usersCreatedTopic.name, schema: UserCreated, handle: makeWelcomeCustomer(notify), ...shared },
    ),
  )
})
