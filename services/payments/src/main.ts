import { followFaults } from '@techmart/platform/faults'
import { listen } from '@techmart/platform/http-app'
import { makeHttpClient } from '@techmart/platform/http-client'
import { buildLog } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import { buildMetrics } from '@techmart/platform/metrics'
import { openPostgres } from '@techmart/platform/postgres'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { makeTryAgain } from '@techmart/platform/try-again'
import { buildApp } from './app.ts'
import { makeChargeOrder } from './charge-order.ts'
import { makeChargeStore } from './charge-store.ts'
import { readConfig } from './config.ts'
import { makePaymentsEvents, paymentProviderName } from './events.ts'
import { isTechnical, makePaymentProvider } from './provider-client.ts'
import { makeRefundOrder } from './refund-order.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'payments', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const events = makePaymentsEvents(metrics, log)
  const faults = opened.use(followFaults({ service: 'payments', labUrl: config.LAB_URL, log }))
  const postgres = opened.use(
    await openPostgres({
      url: config.DATABASE_URL,
      migrations: new URL('../migrations/', import.meta.url),
      log,
      faults,
    }),
  )

  const provider = makePaymentProvider({
    http: makeHttpClient({
      baseUrl: config.OUTSIDE_URL,
      timeoutMs: config.PROVIDER_TIMEOUT_MS,
      dependency: paymentProviderName,
      faults,
      metrics,
      circuit: { openMs: config.CIRCUIT_OPEN_MS, log, countsServerErrors: true },
    }),
    tryAgain: makeTryAgain({
      isTechnical,
      tryTimeoutMs: config.PROVIDER_TIMEOUT_MS,
      totalMs: config.PROVIDER_TOTAL_MS,
    }),
  })
  const charges = makeChargeStore(postgres)
  opened.use(
    startLoop({
      name: 'remove old charges',
      everyMs: 60_000,
      // In small bites that lock nothing for long; ten times what fifty requests a second leave behind in a minute.
      work: () => charges.removeSettledBefore(config.CHARGE_RETENTION_HOURS, 5_000),
      log,
    }),
  )

  const app = buildApp({
    log,
    metrics,
    faults,
    charges,
    chargeOrder: makeChargeOrder({ charges, provider, events }),
    refundOrder: makeRefundOrder({ charges, provider, events }),
    // A provider that is down does not make payments unready: it answers at once that it cannot charge.
    readiness: async () => {
      const postgresIsUp = await postgres.isUp()
      return { ready: postgresIsUp, dependencies: { postgres: postgresIsUp ? 'up' : 'down' } }
    },
  })
  opened.use(await listen(app, config.PORT, { stopping }))
})
