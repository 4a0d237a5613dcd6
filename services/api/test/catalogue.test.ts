import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueSize, categories } from '@techmart/contracts/catalogue'
import { readCatalogue, readSeededCatalogue } from '../src/catalogue.ts'

test('the seeded catalogue has the ids that inventory stocks, each once', () => {
  const ids = readSeededCatalogue()
    .map(product => product.id)
    .sort((one, other) => one - other)

  assert.deepEqual(
    ids,
    Array.from({ length: catalogueSize }, (_, index) => index + 1),
  )
})

test('no two products of the seeded catalogue have the same name, and all have a price', () => {
  const catalogue = readSeededCatalogue()

  assert.equal(new Set(catalogue.map(product => product.name)).size, catalogueSize)
  assert.ok(catalogue.every(product => product.priceCents >= 5_00 && product.priceCents <= 600_00))
})

test('the first page of the shop shows every category, and no model twice', () => {
  const catalogue = readSeededCatalogue()

  const firstPage = catalogue.filter(product => product.id <= 20)

  assert.equal(new Set(firstPage.map(product => product.category)).size, categories.length)
  assert.equal(new Set(firstPage.map(product => product.name.split(',', 1)[0])).size, firstPage.length)
})

test('a model becomes one product a variant, each with its own price', () => {
  const text = '== Kitchen\nPan | 39.50 | For frying. | 20 cm, 26 cm +10, small -5'

  const products = readCatalogue(text)

  assert.deepEqual(
    products.map(({ name, priceCents, category }) => ({ name, priceCents, category })),
    [
      { name: 'Pan, 20 cm', priceCents: 39_50, category: 'Kitchen' },
      { name: 'Pan, 26 cm', priceCents: 49_50, category: 'Kitchen' },
      { name: 'Pan, small', priceCents: 34_50, category: 'Kitchen' },
    ],
  )
})

test('a line of the catalogue that lacks a part is named by its number', () => {
  const text = '== Kitchen\nPan | 39.50 | For frying.'

  assert.throws(() => readCatalogue(text), /line 2/)
})
