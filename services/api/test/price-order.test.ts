// Money, by properties: whatever is bought under whatever promotion.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxPieces } from '@techmart/contracts/shipping-routes'
import fc from 'fast-check'
import { discountCentsOf, itemsCentsOf, totalCentsOf } from '../src/price-order.ts'

/** As far as the contracts let them go: twenty lines of twenty, a hundred thousand dollars a piece. */
const items = fc.array(
  fc.record({ quantity: fc.integer({ min: 1, max: 20 }), unitPriceCents: fc.integer({ min: 0, max: 10_000_000 }) }),
  { minLength: 1, maxLength: 20 },
)
const promotion = fc.oneof(
  fc.record({
    kind: fc.constant('percentage' as const),
    percent: fc.integer({ min: 1, max: 100 }),
    cents: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('fixed' as const),
    percent: fc.constant(null),
    cents: fc.integer({ min: 1, max: 2_147_483_647 }),
  }),
)
const shippingCents = fc.integer({ min: 0, max: 1_000_000 })
const runs = { numRuns: 5_000 }

test('a discount is never above the items, never negative, and whole cents', () => {
  fc.assert(
    fc.property(items, promotion, (bought, code) => {
      const itemsCents = itemsCentsOf(bought)
      const discountCents = discountCentsOf(code, itemsCents)
      assert.ok(Number.isSafeInteger(discountCents))
      assert.ok(discountCents >= 0 && discountCents <= itemsCents, `${discountCents} of ${itemsCents}`)
    }),
    runs,
  )
})

test('a total is never below shipping, whole cents, and its parts sum up to it', () => {
  fc.assert(
    fc.property(items, promotion, shippingCents, (bought, code, shipping) => {
      const itemsCents = itemsCentsOf(bought)
      const discountCents = discountCentsOf(code, itemsCents)
      const totalCents = totalCentsOf(itemsCents, discountCents, shipping)
      assert.ok(Number.isSafeInteger(totalCents) && totalCents >= shipping)
      assert.equal(totalCents + discountCents, itemsCents + shipping)
    }),
    runs,
  )
})

test('a percentage is rounded in favour of the shop, by less than a cent', () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 100 }), (bought, percent) => {
      const itemsCents = itemsCentsOf(bought)
      const hundredths = BigInt(itemsCents) * BigInt(percent)
      const discount = BigInt(discountCentsOf({ kind: 'percentage', percent, cents: null }, itemsCents))
      assert.ok(discount * 100n <= hundredths && hundredths < (discount + 1n) * 100n)
    }),
    runs,
  )
})

test('buying more never gets cheaper', () => {
  fc.assert(
    fc.property(items, items, promotion, (some, more, code) => {
      const costOf = (bought: typeof some) => {
        const itemsCents = itemsCentsOf(bought)
        return totalCentsOf(itemsCents, discountCentsOf(code, itemsCents), 0)
      }
      assert.ok(costOf([...some, ...more]) >= costOf(some))
    }),
    runs,
  )
})

test('the largest order has as many pieces as a quote may be asked for', () => {
  assert.equal(maxPieces, 20 * 20)
})
