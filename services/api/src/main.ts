import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import { followFaults } from '@techmart/platform/faults'
import { listen } from '@techmart/platform/http-app'
import { makeHttpClient } from '@techmart/platform/http-client'
import { openKafka } from '@techmart/platform/kafka'
import { buildLog } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import { buildMetrics } from '@techmart/platform/metrics'
import { startOutboxRelay } from '@techmart/platform/outbox'
import { openPostgres } from '@techmart/platform/postgres'
import { seedPatiently } from '@techmart/platform/seed-patiently'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { carrierLimits, carrierName, makeCarrierClient } from './carrier-client.ts'
import { readSeededCatalogue } from './catalogue.ts'
import { makeCheckPromotion } from './check-promotion.ts'
import { readConfig } from './config.ts'
import { customersTimeoutMs, makeCustomersClient } from './customers-client.ts'
import { makeApiEvents } from './events.ts'
import { makeInventoryClient } from './inventory-client.ts'
import { makeCleanUploads, makeWatchUploads } from './keep-uploads.ts'
import { makeOrderKeys } from './order-key.ts'
import { makeOrderStore } from './order-store.ts'
import { makePaymentsClient } from './payments-client.ts'
import { makePlaceOrder } from './place-order.ts'
import { makePrepareOrder } from './prepare-order.ts'
import { makeProbePayments } from './probe-payments.ts'
import { makeProductStore } from './product-store.ts'
import { makePromotionStore } from './promotion-store.ts'
import { makeQuoteShipping } from './quote-shipping.ts'
import { makeRecoverOrders } from './recover-orders.ts'
import { makeRemoveOldOrders } from './remove-old-orders.ts'
import { makeRemoveOldReviews } from './remove-old-reviews.ts'
import { makeAuthorIds } from './review-author.ts'
import { makeReviewStore } from './review-store.ts'
import { buildSampleOrders, seedSampleOrders } from './sample-orders.ts'
import { makeSearchProducts } from './search-products.ts'
import { makeSearchStore } from './search-store.ts'
import { seededPromotions } from './seeded-promotions.ts'
import { readSeededReviews } from './seeded-reviews.ts'
import { makeSettleOrder } from './settle-order.ts'
import { keepTrace, withinTrace } from './trace-context.ts'
import { makeUploadEvents } from './upload-events.ts'
import { makeUploadProducts } from './upload-products.ts'
import { makeUploadStore } from './upload-store.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'api', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const events = makeApiEvents(metrics, log)
  const faults = opened.use(followFaults({ service: 'api', labUrl: config.LAB_URL, log }))
  const migrations = new URL('../migrations/', import.meta.url)
  const postgres = opened.use(await openPostgres({ url: config.DATABASE_URL, migrations, log, faults }))
  const kafka = opened.use(await openKafka({ brokers: config.KAFKA_BROKERS, clientId: 'api', log, metrics, faults }))
  opened.use(startOutboxRelay({ postgres, producer: await kafka.producer(), log, metrics }))

  const common = { timeoutMs: 5_000, metrics, faults }
  const circuit = { log, openMs: config.CIRCUIT_OPEN_MS }
  const inventory = makeInventoryClient(
    makeHttpClient({ ...common, dependency: 'inventory', baseUrl: config.INVENTORY_URL }),
  )
  const payments = makePaymentsClient(
    makeHttpClient({ ...common, dependency: 'payments', baseUrl: config.PAYMENTS_URL, circuit }),
  )
  const customers = makeCustomersClient(
    makeHttpClient({
      ...common,
      dependency: 'users',
      baseUrl: config.USERS_URL,
      timeoutMs: customersTimeoutMs,
      circuit,
    }),
  )
  const carrier = makeCarrierClient(
    makeHttpClient({
      ...common,
      dependency: carrierName,
      baseUrl: config.OUTSIDE_URL,
      timeoutMs: carrierLimits.tryTimeoutMs,
      circuit: { ...circuit, countsServerErrors: true },
    }),
  )

  const products = makeProductStore(postgres)
  const reviews = makeReviewStore(postgres)
  const catalogue = readSeededCatalogue()
  const searchProducts = makeSearchProducts({ search: makeSearchStore(postgres), events })
  const promotions = makePromotionStore(postgres)
  await seedPatiently(log, async () => {
    await products.seed(catalogue)
    await reviews.seed(readSeededReviews(catalogue))
    await promotions.seed(seededPromotions)
    await seedSampleOrders(postgres, buildSampleOrders(buildSampleCustomers(), catalogue, new Date()))
  })
  const orders = makeOrderStore(postgres)
  const settleOrder = makeSettleOrder({ orders, inventory, payments })
  // Its own answer comes a little before the request's limit would give a shorter one.
  const limits = { requestMs: config.REQUEST_LIMIT_MS - 500, undoMs: 1_500, waitForTwinMs: 2_000 }
  const quoteShipping = makeQuoteShipping({ carrier, events })
  const checkPromotion = makeCheckPromotion({ promotions, events })
  const placeOrder = makePlaceOrder({
    prepareOrder: makePrepareOrder({ products, customers, checkPromotion, quoteShipping, events }),
    orders,
    inventory,
    payments,
    settleOrder,
    events,
    limits,
    traceContext: keepTrace,
  })

  const recoverOrders = makeRecoverOrders({ orders, settleOrder, events, stopping, withinTrace })
  const probePayments = makeProbePayments({ payments, stopping })
  opened.use(startLoop({ name: 'probe payments', everyMs: 1_000, work: probePayments, log }))
  opened.use(startLoop({ name: 'recover orders', everyMs: config.RECOVERY_POLL_MS, work: recoverOrders, log }))
  const removeOldOrders = makeRemoveOldOrders({ orders, events, retentionDays: config.ORDER_RETENTION_DAYS })
  opened.use(startLoop({ name: 'remove old orders', everyMs: 60_000, work: removeOldOrders, log }))
  const removeOldReviews = makeRemoveOldReviews({ reviews, events })
  opened.use(startLoop({ name: 'remove old reviews', everyMs: 60_000, work: removeOldReviews, log }))

  const uploads = makeUploadStore(postgres)
  const uploadEvents = makeUploadEvents(metrics, log)
  const watchUploads = makeWatchUploads({ uploads, events: uploadEvents })
  opened.use(startLoop({ name: 'watch uploads', everyMs: 2_000, work: watchUploads, log }))
  const cleanUploads = makeCleanUploads({
    uploads,
    events: uploadEvents,
    jobRetentionHours: config.UPLOAD_JOB_RETENTION_HOURS,
    productRetentionDays: config.UPLOADED_PRODUCT_RETENTION_DAYS,
  })
  opened.use(startLoop({ name: 'remove old uploads', everyMs: 60_000, work: cleanUploads, log }))

  const app = buildApp({
    log,
    metrics,
    faults,
    events,
    products,
    searchProducts,
    reviews,
    authorIdOf: makeAuthorIds(config.ORDER_KEY_SECRET),
    orders,
    orderKeys: makeOrderKeys(config.ORDER_KEY_SECRET),
    placeOrder,
    promotions,
    quoteShipping,
    uploads,
    uploadProducts: makeUploadProducts({ uploads, events: uploadEvents }),
    requestTimeoutMs: config.REQUEST_LIMIT_MS,
    // Without Kafka orders and uploads are taken all the same: their messages wait in the outbox.
    readiness: async () => {
      const postgresIsUp = await postgres.isUp()
      const state = (up: boolean) => (up ? 'up' : 'down')
      return { ready: postgresIsUp, dependencies: { postgres: state(postgresIsUp), kafka: state(kafka.isUp()) } }
    },
  })
  opened.use(await listen(app, config.PORT, { stopping }))
})
