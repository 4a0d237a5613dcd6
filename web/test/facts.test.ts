// What the store knows by heart is what the contracts say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as catalogue from '@techmart/contracts/catalogue'
import { OrderRequest } from '@techmart/contracts/order-routes'
import * as shop from '@techmart/contracts/shop'
import { UploadRow } from '@techmart/contracts/upload-routes'
import { Check } from 'typebox/value'
import { maxLines, maxQuantity } from '../src/logic/cart.ts'
import { generateProducts } from '../src/logic/generate-products.ts'
import { nextLookMs } from '../src/logic/next-look.ts'
import { categories, countries, nameOf } from '../src/logic/shop-facts.ts'

test('categories, countries and the bounds of an order are those of the contracts', () => {
  assert.deepEqual(categories, catalogue.categories)
  assert.deepEqual(countries, shop.countries)
  const { maxItems, items } = OrderRequest.properties.items as unknown as {
    maxItems: number
    items: { properties: { quantity: { maximum: number } } }
  }
  assert.deepEqual([maxLines, maxQuantity], [maxItems, items.properties.quantity.maximum])
})

test('countries are called by their names', () => {
  assert.deepEqual(countries.map(nameOf).slice(0, 3), ['United States', 'United Kingdom', 'Germany'])
})

test('generated products are good ones, each with a SKU of its own', () => {
  const rows = generateProducts(10_000, 'GEN-MGX0ABCD')

  assert.deepEqual(rows.filter(row => !Check(UploadRow, row)).slice(0, 3), [])
  assert.equal(new Set(rows.map(({ sku }) => sku)).size, 10_000)
  assert.equal(new Set(rows.map(({ category }) => category)).size, categories.length)
  assert.deepEqual(generateProducts(10_000, 'GEN-MGX0ABCD'), rows)
})

test('something under way is looked at ever more slowly, and not for ever', () => {
  const pauses = Array.from({ length: 100 }, (_, looks) => nextLookMs(looks))
  const asked = pauses.filter(Boolean)

  assert.ok(asked.every((ms, n) => n === 0 || ms >= (asked[n - 1] ?? 0)))
  assert.ok((asked[0] ?? 0) < 1_000 && Math.max(...asked) <= 5_000)
  const together = asked.reduce((sum, ms) => sum + ms, 0)
  assert.ok(together > 60_000 && together < 600_000, `${together} ms`)
  assert.equal(pauses.at(-1), 0)
})
