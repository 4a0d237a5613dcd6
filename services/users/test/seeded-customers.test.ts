import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueSize } from '@techmart/contracts/catalogue'
import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import { countries } from '@techmart/contracts/shop'
import { customerSegments } from '@techmart/contracts/user-routes'
import { buildSeededCustomers } from '../src/seeded-customers.ts'
import { segmentOf } from '../src/segment.ts'

const now = new Date('2026-11-20T10:00:00Z')

test('each sample customer is in the segment that their past orders put them in', () => {
  const customers = buildSeededCustomers(now)

  for (const { email, segment, history } of customers) assert.equal(segment, segmentOf(history, now), email)
})

test('the shop opens with customers of all five segments in all seven countries', () => {
  const customers = buildSampleCustomers()

  assert.equal(customers.length, 501)
  assert.equal(
    new Set(customers.map(({ country, segment }) => `${country} ${segment}`)).size,
    countries.length * customerSegments.length,
  )
})

test('no two sample customers share an id or an address, and no two of their orders an id', () => {
  const customers = buildSampleCustomers()
  const orders = customers.flatMap(({ pastOrders }) => pastOrders)

  assert.equal(new Set(customers.map(({ id }) => id)).size, customers.length)
  assert.equal(new Set(customers.map(({ email }) => email)).size, customers.length)
  assert.equal(new Set(orders.map(({ id }) => id)).size, orders.length)
})

test('past orders are of the catalogue, add up, and were placed after their customer signed up', () => {
  for (const { email, signedUpDaysAgo, pastOrders } of buildSampleCustomers()) {
    for (const { daysAgo, items, shippingCents, totalCents } of pastOrders) {
      const ids = items.map(({ productId }) => productId)
      assert.ok(daysAgo >= 1 && daysAgo < signedUpDaysAgo, email)
      assert.equal(new Set(ids).size, ids.length)
      assert.ok(ids.every(id => id >= 1 && id <= catalogueSize))
      assert.equal(
        items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, shippingCents),
        totalCents,
      )
    }
  }
})

test('the customers are the same at every start, and the demo customer is one of them', () => {
  const [ada, ...shoppers] = buildSampleCustomers()

  assert.deepEqual(buildSampleCustomers(), [ada, ...shoppers])
  assert.equal(ada?.email, 'ada@techmart.example')
  assert.equal(ada?.segment, 'vip')
  assert.equal(shoppers.at(-1)?.email, 'shopper-500@techmart.example')
})
