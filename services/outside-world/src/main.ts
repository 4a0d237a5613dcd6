import { buildLog } from '@techmart/platform/log'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { makeCarrier } from './carrier.ts'
import { type OutsideWorldConfig, readConfig } from './config.ts'
import { carrierRates, mailFailureRatio, paymentRates } from './country-rates.ts'
import { makeOutsideWorldEvents } from './events.ts'
import { makeMailProvider } from './mail-provider.ts'
import { makePaymentProvider } from './payment-provider.ts'
import { makeTakeTime } from './take-time.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'outside-world', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async opened => {
  const app = buildApp({
    events: makeOutsideWorldEvents(log),
    payment: openForBusiness(config),
    mail: makeMailProvider({
      failureRatio: config.MAIL_FAILURE_RATIO ?? scaled(mailFailureRatio),
      chance: Math.random,
      rememberedKeys: config.REMEMBERED_KEYS,
    }),
    carrier: makeCarrier({
      failureRatioOf: country => config.CARRIER_FAILURE_RATIO ?? scaled(carrierRates[country].failureRatio),
      chance: Math.random,
    }),
    takeTime: makeTakeTime({ chance: Math.random, scale: config.LATENCY_SCALE }),
  })

  opened.defer(() => app.close())
  await app.listen({ host: '0.0.0.0', port: config.PORT })
  log.info('listening', { port: config.PORT })
})

function openForBusiness(env: OutsideWorldConfig) {
  return makePaymentProvider({
    seed: env.SEED,
    chance: Math.random,
    rememberedKeys: env.REMEMBERED_KEYS,
    ratesOf: country => ({
      declineRatio: env.DECLINE_RATIO ?? scaled(paymentRates[country].declineRatio),
      technicalRatio: env.TECHNICAL_RATIO ?? scaled(paymentRates[country].technicalRatio),
    }),
  })
}

function scaled(ratio: number): number {
  return Math.min(1, ratio * config.FAILURE_SCALE)
}
