// What the seeded past is like: it adds up, it is believable, and it leaves nothing burning where the real samples begin.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { journeyShares } from '../../traffic/mix.js'
import { buildPaces, type Promised } from '../past.ts'
import { makeIncrease } from '../recorded-series.ts'
import { rhythmAt } from '../traffic-level.ts'
import { makeRealPast, someSaturday, windows } from './real-settings.ts'

const hour = 3_600
const day = 24 * hour
const last = (counts: Float64Array): number => counts.at(-1) ?? 0
const isRising = (counts: Float64Array): boolean =>
  counts.every((count, at) => at === 0 || count >= (counts[at - 1] ?? 0))

test('a journey that joins the traffic joins the past, and an upload brings the job that follows it', () => {
  const paces = buildPaces(20, { 'product-discovery': 12, 'product-upload': 3, 'gift-wrapping': 5 })

  assert.deepEqual(
    [...paces],
    [
      ['product-discovery', 12],
      ['product-upload', 3],
      ['product-upload-job', 3],
      ['gift-wrapping', 5],
    ],
  )
})

test('the same settings and the same end give the same past', () => {
  const [one, other] = [makeRealPast('real'), makeRealPast('real')]

  assert.deepEqual(one.promises, other.promises)
  assert.deepEqual(one.payments, other.payments)
})

test('a night is quiet, an evening busy, and a mean day as busy as the shoppers of the lab', () => {
  const monday = Date.UTC(2026, 10, 16) / 1_000
  const levels = Array.from({ length: 7 * 24 }, (_unused, at) => rhythmAt(monday + at * hour))

  assert.ok(rhythmAt(monday + 6 * hour) < 0.6, `${rhythmAt(monday + 6 * hour)} in the night`)
  assert.ok(rhythmAt(monday + 20 * hour) > 1.4, `${rhythmAt(monday + 20 * hour)} in the evening`)
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
  assert.ok(Math.abs(mean - 1) < 0.02, `${mean}`)
})

for (const speedName of ['real', 'lab'] as const) {
  describe(speedName, () => {
    const speed = windows[speedName]
    const past = makeRealPast(speedName)
    const { grid } = past
    const increase = makeIncrease(past, speed)
    const burn = ({ total, bad, objective }: Promised, window: { text: string; seconds: number }, at: number) =>
      increase(bad, window, at) / increase(total, window, at) / (1 - Number(objective))
    const budgetLeft = (promised: Promised, at = grid.end) => 1 - burn(promised, speed.period, at)

    test('every journey of the traffic has its promises', () => {
      for (const name of Object.keys(journeyShares))
        for (const slo of ['availability', 'latency'])
          assert.ok(
            past.promises.some(promised => promised.journey === name && promised.slo === slo),
            `${name} ${slo}`,
          )
      assert.ok(past.promises.some(({ journey, slo }) => journey === 'checkout' && slo === 'payment'))
    })

    test('counters only rise, and no part is more than the whole', () => {
      for (const { name, all, failed, unpaid, within } of past.journeys) {
        for (const counts of [all, failed, unpaid, ...within]) assert.ok(isRising(counts), name)
        for (const [at, count] of all.entries()) {
          const answered = count - (failed[at] ?? 0)
          const parts = [...within.map(counts => counts[at] ?? 0), answered]
          assert.ok((unpaid[at] ?? 0) <= (failed[at] ?? 0))
          assert.ok(
            parts.every((part, index) => index === 0 || part >= (parts[index - 1] ?? 0)),
            `${name}: ${parts}`,
          )
        }
      }
      for (const { country, outcome, counts } of past.payments) assert.ok(isRising(counts), `${country} ${outcome}`)
    })

    test('in the last half hour the pace is that of the shoppers', () => {
      const paces = buildPaces(10)
      for (const { name, all } of past.journeys) {
        const perSecond = (last(all) - grid.valueAt(all, grid.end - 1_800)) / 1_800
        const pace = paces.get(name) ?? 0
        assert.ok(Math.abs(perSecond / pace - 1) < 0.03, `${name}: ${perSecond} instead of ${pace}`)
      }
    })

    test('checkout has little budget left, everybody else enough, and nobody all of it', () => {
      for (const promised of past.promises) {
        const left = budgetLeft(promised)
        const isLow = promised.journey === 'checkout' && (promised.slo === 'availability' || promised.slo === 'payment')
        const [least, most] = isLow ? [0.1, 0.2] : [0.4, 0.99]
        // Payments is not what every failed checkout failed for.
        const upTo = promised.slo === 'payment' ? 0.35 : most
        assert.ok(left > least && left < upTo, `${promised.journey} ${promised.slo}: ${left}`)
      }
    })

    test('no incident lies in any window of any alert, and no tier is near its factor', () => {
      const longest = Math.max(...speed.tiers.map(({ long }) => long.window.seconds))
      for (const { name, to } of past.incidents) assert.ok(grid.end - to > longest, name)
      for (const promised of past.promises) {
        for (const tier of speed.tiers) {
          const both = Math.min(...[tier.short, tier.long].map(({ window }) => burn(promised, window, grid.end)))
          assert.ok(both < tier.factor / 2, `${promised.journey} ${promised.slo} ${tier.name}: ${both}`)
        }
      }
    })

    test('both incidents are seen in the budgets', () => {
      const find = (journey: string, slo: string) =>
        past.promises.find(promised => promised.journey === journey && promised.slo === slo) as Promised
      const [database, payments] = past.incidents
      assert.ok(database && payments)
      const spent = (promised: Promised, { from, to }: { from: number; to: number }) =>
        budgetLeft(promised, from - 600) - budgetLeft(promised, to + 600)

      assert.ok(spent(find('checkout', 'availability'), payments) > 0.5)
      assert.ok(spent(find('product-discovery', 'availability'), payments) < 0.05)
      assert.ok(spent(find('product-discovery', 'latency'), database) > 0.02)
    })

    test('five to fifteen of a hundred charges are declined', () => {
      const count = (outcome: string) =>
        past.payments.filter(one => one.outcome === outcome).reduce((sum, { counts }) => sum + last(counts), 0)
      const share = count('declined') / (count('charged') + count('declined'))

      assert.ok(share > 0.05 && share < 0.15, `${share}`)
    })
  })
}

test('whatever the hour and the day of the first start, nothing burns and checkout is low', () => {
  for (let hours = 0; hours < 7 * 24; hours += 19) {
    const past = makeRealPast('real', someSaturday + hours * hour)
    const increase = makeIncrease(past, windows.real)
    for (const { journey, slo, objective, total, bad } of past.promises) {
      const burn = (seconds: number) =>
        increase(bad, { text: '', seconds }, past.grid.end) /
        increase(total, { text: '', seconds }, past.grid.end) /
        (1 - Number(objective))
      for (const tier of windows.real.tiers)
        assert.ok(burn(tier.long.window.seconds) < tier.factor, `${journey} ${slo} ${tier.name} ${hours}`)
      if (journey === 'checkout' && slo === 'availability') {
        const left = 1 - burn(30 * day)
        assert.ok(left > 0.1 && left < 0.2, `${left} left at ${hours}`)
      }
    }
  }
})
