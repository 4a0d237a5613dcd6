import { journeys } from '@techmart/contracts/journeys'
import { productsUploadedTopic } from '@techmart/contracts/topics'
import { ProductsUploaded } from '@techmart/contracts/upload-events'
import { followFaults } from '@techmart/platform/faults'
import { listen } from '@techmart/platform/http-app'
import { openKafka } from '@techmart/platform/kafka'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { openPostgres } from '@techmart/platform/postgres'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { makeCatalogueStore } from './catalogue-store.ts'
import { readConfig } from './config.ts'
import { makeProductWorkerEvents } from './events.ts'
import { makeFailJob } from './fail-job.ts'
import { isOutage } from './is-outage.ts'
import { makeWriteRows } from './write-rows.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'product-worker', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const events = makeProductWorkerEvents(metrics, log)
  const faults = opened.use(followFaults({ service: 'product-worker', labUrl: config.LAB_URL, log }))
  // No migrations: api keeps these tables.
  const postgres = opened.use(await openPostgres({ url: config.DATABASE_URL, log, faults, maxConnections: 4 }))
  const kafka = opened.use(
    await openKafka({ brokers: config.KAFKA_BROKERS, clientId: 'product-worker', log, metrics, faults }),
  )
  const catalogue = makeCatalogueStore(postgres)

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

  opened.use(
    await kafka.consume({
      topic: productsUploadedTopic.name,
      group: 'product-worker',
      schema: ProductsUploaded,
      handle: makeWriteRows({ catalogue, events }),
      onDead: makeFailJob({ catalogue, events }),
      isOutage,
      retries: 3,
      // What the customer waits for begins with the upload, not with its turn here.
      journey: { name: journeys.productUploadJob, since: event => new Date(event.acceptedAt) },
    }),
  )
})
