import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customerSegments } from '@techmart/contracts/user-routes'
import fc from 'fast-check'
import { type OrderHistory, segmentHoldsUntil, segmentOf, withOrder } from '../src/segment.ts'

const dayMs = 86_400_000
const signedUpAt = new Date('2026-01-01T12:00:00Z')
const daysLater = (days: number) => new Date(signedUpAt.getTime() + days * dayMs)

/** Somebody who signed up on the first of January and has ordered since, or not. */
const histories: fc.Arbitrary<OrderHistory> = fc
  .tuple(fc.nat(30), fc.nat(20_000), fc.integer({ min: 0, max: 400 * dayMs }))
  .map(([count, centsAnOrder, lastMs]) => ({
    signedUpAt,
    count,
    totalCents: count * centsAnOrder,
    lastAt: count === 0 ? null : new Date(signedUpAt.getTime() + lastMs),
  }))
const moments = fc.integer({ min: 0, max: 900 * dayMs }).map(ms => new Date(signedUpAt.getTime() + ms))

test('each segment begins exactly where it is said to', () => {
  const lastAt = daysLater(10)
  const who = (told: Partial<OrderHistory>): OrderHistory => ({
    signedUpAt,
    count: 1,
    totalCents: 1_30,
    lastAt,
    ...told,
  })
  const cases: [string, OrderHistory, Date][] = [
    ['new', who({ count: 0, totalCents: 0, lastAt: null }), daysLater(0)],
    ['new', who({}), daysLater(11)],
    ['returning', who({ count: 2 }), daysLater(11)],
    ['returning', who({ count: 7 }), daysLater(11)],
    ['vip', who({ count: 8 }), daysLater(11)],
    ['new', who({ totalCents: 99_999 }), daysLater(11)],
    ['vip', who({ totalCents: 100_000 }), daysLater(11)],
    ['vip', who({ count: 8 }), new Date(daysLater(100).getTime() - 1)],
    ['at_risk', who({ count: 8 }), daysLater(100)],
    ['at_risk', who({ count: 8 }), new Date(daysLater(190).getTime() - 1)],
    ['churned', who({ count: 8 }), daysLater(190)],
    ['at_risk', who({ count: 0, totalCents: 0, lastAt: null }), daysLater(90)],
    ['churned', who({ count: 0, totalCents: 0, lastAt: null }), daysLater(180)],
  ]

  for (const [segment, history, now] of cases) {
    assert.equal(segmentOf(history, now), segment, `${JSON.stringify(history)} at ${now.toISOString()}`)
  }
})

test('everybody is in one of the five segments, at every moment', () => {
  fc.assert(
    fc.property(histories, moments, (history, now) => {
      assert.ok(customerSegments.includes(segmentOf(history, now)))
    }),
  )
})

test('a segment holds until the moment that it is said to hold, and not a millisecond longer', () => {
  fc.assert(
    fc.property(histories, moments, fc.double({ min: 0, max: 1, noNaN: true }), (history, now, fraction) => {
      const segment = segmentOf(history, now)
      const until = segmentHoldsUntil(history, now)

      if (until === null) {
        assert.equal(segment, 'churned')
        return
      }
      const within = new Date(now.getTime() + Math.floor((until.getTime() - 1 - now.getTime()) * fraction))
      assert.equal(segmentOf(history, within), segment)
      assert.notEqual(segmentOf(history, until), segment)
    }),
  )
})

test('whoever orders is neither at risk nor lost, and never falls behind by it', () => {
  const rank = { churned: 0, at_risk: 1, new: 2, returning: 3, vip: 4 }
  fc.assert(
    fc.property(histories, moments, fc.nat(50_000), (history, now, totalCents) => {
      const before = segmentOf(history, now)

      const after = segmentOf(withOrder(history, { totalCents, placedAt: now }), now)

      assert.ok(rank[after] >= 2)
      assert.ok(rank[after] >= rank[before])
    }),
  )
})

test('orders come to the same history in whatever order they are told of', () => {
  const orders = fc.array(fc.record({ totalCents: fc.nat(50_000), placedAt: moments }), { maxLength: 12 })
  fc.assert(
    fc.property(orders, fc.array(fc.nat()), (told, keys) => {
      const none: OrderHistory = { signedUpAt, count: 0, totalCents: 0, lastAt: null }
      const shuffled = told
        .map((order, at) => ({ order, key: keys[at] ?? at }))
        .toSorted((one, other) => one.key - other.key)

      assert.deepEqual(
        shuffled.reduce((history, { order }) => withOrder(history, order), none),
        told.reduce(withOrder, none),
      )
    }),
  )
})
