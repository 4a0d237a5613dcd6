import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Country, countries } from '@techmart/contracts/shop'
import { makeCarrier } from '../src/carrier.ts'
import { carrierRates, paymentRates } from '../src/country-rates.ts'
import { carrierPace, drawLatencyMs, type Pace, unhurriedPace } from '../src/latency.ts'
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

test('a parcel costs more to far countries and with more pieces, the same every time', () => {
  const carrier = makeCarrier({ failureRatioOf: () => 0, chance: chances(0.5) })
  const cents = (country: Country, pieces: number) => {
    const result = carrier.quote({ country, pieces })
    return result.outcome === 'quoted' ? result.cents : Number.NaN
  }

  for (const country of countries) {
    assert.ok(cents(country, 2) > cents(country, 1), country)
    assert.equal(cents(country, 7), cents(country, 7))
    assert.ok(Number.isInteger(cents(country, 1_000)))
  }
  assert.ok(cents('US', 1) < cents('DE', 1) && cents('DE', 1) < cents('BR', 1))
})

test("the carrier fails as often as the country's rate says, and asking again helps", () => {
  const failureRatioOf = (country: Country) => (country === 'BR' ? 0.12 : 0.05)
  const carrier = makeCarrier({ failureRatioOf, chance: chances(0.11, 0.11, 0.5) })

  const results = (['BR', 'US', 'BR'] as const).map(country => carrier.quote({ country, pieces: 1 }).outcome)

  assert.deepEqual(results, ['failed', 'quoted', 'quoted'])
})

function drawSorted(pace: Pace, slowRatio: number): (q: number) => number {
  const drawn = Array.from({ length: 20_000 }, () => drawLatencyMs(Math.random, pace, slowRatio)).sort((a, b) => a - b)
  return q => drawn[Math.floor(q * drawn.length)] ?? Number.NaN
}

test('a charge mostly takes between 40 and 120 ms and never longer than payments waits', () => {
  const quantile = drawSorted(unhurriedPace, paymentRates.GB.slowRatio)

  assert.ok(quantile(0.05) > 30 && quantile(0.9) < 130, `p5 ${quantile(0.05)}, p90 ${quantile(0.9)}`)
  assert.ok(quantile(0.998) > 200, `p99.8 ${quantile(0.998)}`)
  assert.ok(quantile(0.9999) <= 1_200)
})

test('the slow tail is longer in Brazil and India than in the United States', () => {
  for (const pace of [unhurriedPace, carrierPace]) {
    const rates = pace === carrierPace ? carrierRates : paymentRates
    const ratesOf = (country: Country) => drawSorted(pace, rates[country].slowRatio)(0.99)
    assert.ok(ratesOf('US') < ratesOf('BR') && ratesOf('US') < ratesOf('IN'), `${ratesOf('US')} ${ratesOf('BR')}`)
  }
})

test("the carrier's tail is longer than a checkout waits, and most answers are far within it", () => {
  const quantile = drawSorted(carrierPace, carrierRates.BR.slowRatio)

  assert.ok(quantile(0.9) < 100, `p90 ${quantile(0.9)}`)
  assert.ok(quantile(0.99) > 500, `p99 ${quantile(0.99)}`)
})

test('of every country 5 to 15 percent of calls come back empty, most of the charges by declines and at most 1 percent by failures', () => {
  for (const country of countries) {
    const { declineRatio, technicalRatio } = paymentRates[country]
    const inAll = declineRatio + technicalRatio
    assert.ok(inAll >= 0.05 && inAll <= 0.15, country)
    assert.ok(technicalRatio <= 0.01 && declineRatio > 5 * technicalRatio, country)
    assert.ok(carrierRates[country].failureRatio >= 0.05 && carrierRates[country].failureRatio <= 0.15, country)
  }
})

test('rates are low in the United States, in the middle in Europe, and higher in Japan, Brazil and India', () => {
  const groups = [['US'], ['GB', 'DE', 'FR'], ['JP', 'BR', 'IN']] as const
  for (const rateOf of [
    (country: Country) => paymentRates[country].declineRatio,
    (country: Country) => paymentRates[country].technicalRatio,
    (country: Country) => paymentRates[country].slowRatio,
    (country: Country) => carrierRates[country].failureRatio,
    (country: Country) => carrierRates[country].slowRatio,
  ]) {
    const [low, middle, high] = groups.map(group => group.map(rateOf)) as [number[], number[], number[]]
    assert.ok(Math.max(...low) < Math.min(...middle) && Math.max(...middle) < Math.min(...high))
  }
})
