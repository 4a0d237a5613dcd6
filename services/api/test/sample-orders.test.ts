import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSampleCustomers, sampleGoods } from '@techmart/contracts/sample-customers'
import { readSeededCatalogue } from '../src/catalogue.ts'
import { itemsCentsOf } from '../src/price-order.ts'
import { buildSampleOrders } from '../src/sample-orders.ts'

const now = new Date('2026-11-20T12:00:00Z')
const catalogue = readSeededCatalogue()

test('what the sample customers bought is in the catalogue, at its price', () => {
  for (const { productId, unitPriceCents } of sampleGoods) {
    assert.equal(catalogue.find(({ id }) => id === productId)?.priceCents, unitPriceCents, `product ${productId}`)
  }
})

test('every past order of the sample customers has its customer, its date and a total that is the sum of its parts', () => {
  const customers = buildSampleCustomers()

  const orders = buildSampleOrders(customers, catalogue, now)

  assert.equal(orders.length, customers.flatMap(({ pastOrders }) => pastOrders).length)
  assert.equal(new Set(orders.map(({ id }) => id)).size, orders.length)
  for (const { createdAt, items, shippingCents, totalCents, customerName } of orders) {
    assert.ok(createdAt < now && items.length > 0 && customerName.length > 0)
    assert.equal(totalCents, itemsCentsOf(items) + shippingCents)
    assert.ok(items.every(({ name }) => name.length > 0))
  }
})

test('an order of something that is not in the catalogue is an error', () => {
  assert.throws(() => buildSampleOrders(buildSampleCustomers(), catalogue.slice(0, 20), now), /not in the catalogue/)
})
