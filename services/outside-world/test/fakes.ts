import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { buildApp, type OutsideWorldDeps } from '../src/app.ts'
import { makeCarrier } from '../src/carrier.ts'
import type { Chance } from '../src/chance.ts'
import { makeMailProvider } from '../src/mail-provider.ts'
import { makePaymentProvider } from '../src/payment-provider.ts'

/** Gives the numbers one after the other, and the last one for ever. */
export function chances(...numbers: readonly number[]): Chance {
  let next = 0
  return () => numbers[Math.min(next++, numbers.length - 1)] ?? 0.5
}

export const perfectRates = () => ({ declineRatio: 0, technicalRatio: 0 })

export function buildTestApp(t: TestContext, deps: Partial<OutsideWorldDeps> = {}) {
  const app = buildApp({
    events: { chargeAsked() {}, refundAsked() {}, mailAsked() {}, quoteAsked() {} },
    payment: makePaymentProvider({ seed: 's', ratesOf: perfectRates, chance: chances(0.5), rememberedKeys: 10 }),
    mail: makeMailProvider({ failureRatio: 0, chance: chances(0.5), rememberedKeys: 10 }),
    carrier: makeCarrier({ failureRatioOf: () => 0, chance: chances(0.5) }),
    takeTime: async () => {},
    ...deps,
  })
  t.after(() => app.close())
  return app
}

/** Some behaviour, like a connection that breaks, is only seen over a real socket. */
export async function listen(app: ReturnType<typeof buildApp>): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}
