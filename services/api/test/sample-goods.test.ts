import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleGoods } from '@techmart/contracts/sample-customers'
import { readSeededCatalogue } from '../src/catalogue.ts'

test('what the sample customers bought stands in the catalogue at the price that they paid', () => {
  const prices = new Map(readSeededCatalogue().map(({ id, priceCents }) => [id, priceCents]))

  for (const { productId, unitPriceCents } of sampleGoods) assert.equal(prices.get(productId), unitPriceCents)
})
