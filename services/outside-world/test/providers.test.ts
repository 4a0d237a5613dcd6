import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countries } from '@techmart/contracts/shop'
import { drawLatencyMs } from '../src/chance.ts'
import { countryRates } from '../src/country-rates.ts'
import { makeMailProvider } from '../src/mail-provider.ts'
import { makePaymentProvider } from '../src/payment-provider.ts'
import { chances, perfectRates } from './fakes.ts'

test('the same charge key is declined again by a provider that started anew', () => {
  const ratesOf = () => ({ declineRatio: 0.5, technicalRatio: 0 })
  const before = makePaymentProvider({ seed: 's', ratesOf, chance: chances(0.9), rememberedKeys: 10 })
  const after = makePaymentProvider({ seed: 's', ratesOf, chance: chances(0.9), rememberedKeys: 10 })

  const keys = Array.from(
    { length: 40 },
    (_, n) => ({ chargeKey: `order-${n}`, amountCents: 1_30, country: 'US' }) as const,
  )

  assert.deepEqual(keys.map(before.charge), keys.map(after.charge))
})

test('declines come as often as the rate says', () => {
  const ratesOf = () => ({ declineRatio: 0.1, technicalRatio: 0 })
  const provider = makePaymentProvider({ seed: 's', ratesOf, chance: chances(0.9), rememberedKeys: 10 })

  let declined = 0
  for (let n = 0; n < 5_000; n++) {
    const result = provider.charge({ chargeKey: `order-${n}`, amountCents: 1_30, country: 'US' })
    if (result.outcome === 'answered' && result.charge.status === 'declined') declined++
  }

  assert.ok(declined > 400 && declined < 600, `${declined} of 5,000`)
})

test('half of the technical failures charge and lose the reply, and asking again tells the outcome', () => {
  const ratesOf = () => ({ declineRatio: 0, technicalRatio: 0.01 })
  const chance = chances(0.004, 0.006, 0.5)
  const provider = makePaymentProvider({ seed: 's', ratesOf, chance, rememberedKeys: 10 })
  const request = { chargeKey: 'order-7', amountCents: 1_30, country: 'BR' } as const

  const results = [provider.charge(request), provider.charge(request), provider.charge(request)]

  assert.deepEqual(results, [
    { outcome: 'failed' },
    { outcome: 'reply-lost' },
    { outcome: 'answered', charge: { chargeKey: 'order-7', status: 'approved' } },
  ])
})

test('a refund can be repeated, and a key never charged cannot be refunded', () => {
  const provider = makePaymentProvider({ seed: 's', ratesOf: perfectRates, chance: chances(0.5), rememberedKeys: 10 })
  provider.charge({ chargeKey: 'order-7', amountCents: 1_30, country: 'US' })

  const results = [provider.refund('order-7'), provider.refund('order-7'), provider.refund('order-8')]

  const refunded = { outcome: 'answered', charge: { chargeKey: 'order-7', status: 'refunded' } }
  assert.deepEqual(results, [refunded, refunded, { outcome: 'unknown-key' }])
})

test('a charge that was refunded stays refunded when it is asked again', () => {
  const provider = makePaymentProvider({ seed: 's', ratesOf: perfectRates, chance: chances(0.5), rememberedKeys: 10 })
  const request = { chargeKey: 'order-7', amountCents: 1_30, country: 'US' } as const
  provider.charge(request)
  provider.refund('order-7')

  const again = provider.charge(request)

  assert.deepEqual(again, { outcome: 'answered', charge: { chargeKey: 'order-7', status: 'refunded' } })
})

test('only so many keys are remembered, the longest unused is forgotten first', () => {
  const provider = makePaymentProvider({ seed: 's', ratesOf: perfectRates, chance: chances(0.5), rememberedKeys: 2 })
  for (const n of [1, 2]) provider.charge({ chargeKey: `order-${n}`, amountCents: 1_30, country: 'US' })
  provider.charge({ chargeKey: 'order-1', amountCents: 1_30, country: 'US' })
  provider.charge({ chargeKey: 'order-3', amountCents: 1_30, country: 'US' })

  const outcomes = [1, 2, 3].map(n => provider.refund(`order-${n}`).outcome)

  assert.deepEqual(outcomes, ['answered', 'unknown-key', 'answered'])
})

test('a mail is sent once under one key, and some fail', () => {
  const provider = makeMailProvider({ failureRatio: 0.05, chance: chances(0.04, 0.06, 0.5), rememberedKeys: 10 })

  const results = [provider.send('event-1'), provider.send('event-1'), provider.send('event-1')]

  assert.deepEqual(results, [
    { outcome: 'failed' },
    { outcome: 'accepted', again: false },
    { outcome: 'accepted', again: true },
  ])
})

test('latency is mostly between 40 and 120 ms and never beyond what payments waits', () => {
  const drawn = Array.from({ length: 10_000 }, () => drawLatencyMs(Math.random)).sort((a, b) => a - b)

  const quantile = (q: number) => drawn[Math.floor(q * drawn.length)] ?? Number.NaN
  assert.ok(quantile(0.05) > 30 && quantile(0.9) < 130, `p5 ${quantile(0.05)}, p90 ${quantile(0.9)}`)
  assert.ok(quantile(0.998) > 200, `p99.8 ${quantile(0.998)}`)
  assert.ok(quantile(0.9999) <= 1_200)
})

test('every country declines 5 to 12 percent and fails technically in at most 1', () => {
  for (const country of countries) {
    const { declineRatio, technicalRatio } = countryRates[country]
    assert.ok(declineRatio >= 0.05 && declineRatio <= 0.12, country)
    assert.ok(technicalRatio <= 0.01, country)
  }
})
