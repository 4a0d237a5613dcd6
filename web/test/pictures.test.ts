// Every product of the seeded catalogue has its drawing, in a colour of the stylesheet where its name says one.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { catalogueSize, categories } from '@techmart/contracts/catalogue'
import { readSeededCatalogue } from '../../services/api/src/catalogue.ts'
import { coloursOf, groundOf, modelOf, symbolOf, variantOf } from '../src/logic/picture.ts'

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8')
const findAll = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, found = '']) => found))

test('each product that the shop opens with has a drawing of its own model', async () => {
  const drawings = findAll(await read('pictures/products.svg'), /<symbol id="([^"]+)"/g)
  const products = readSeededCatalogue()

  assert.equal(products.length, catalogueSize)
  assert.deepEqual(
    products.filter(product => !drawings.has(symbolOf(product))).map(({ name }) => name),
    [],
  )
  assert.equal(new Set(products.map(symbolOf)).size, new Set(products.map(({ name }) => modelOf(name))).size)
})

test('what came later is drawn by its category, and what says none as a parcel', async () => {
  const drawings = findAll(await read('pictures/products.svg'), /<symbol id="([^"]+)"/g)
  const later = { id: catalogueSize + 1, name: 'Spare part 0001' }

  for (const category of categories) assert.ok(drawings.has(symbolOf({ ...later, category })), category)
  assert.equal(symbolOf(later), 'parcel')
  assert.ok(drawings.has('parcel'))
})

test('every drawing is one of a product, a category or a parcel', async () => {
  const drawings = findAll(await read('pictures/products.svg'), /<symbol id="([^"]+)"/g)
  const used = new Set([...readSeededCatalogue().map(symbolOf), 'parcel'])
  for (const category of categories) used.add(symbolOf({ id: catalogueSize + 1, name: 'New', category }))

  assert.deepEqual(
    [...drawings].filter(id => !used.has(id)),
    [],
  )
})

test('a variant that is called by its colour is shown in it', async () => {
  const painted = findAll(await read('style/goods.css'), /\.(v-[a-z]+)/g)
  const colour =
    /\b(black|white|brass|oak|walnut|red|green|blue|teal|grey|rust|olive|navy|tan|sage|sand|copper|cream|moss)\b/

  const variants = readSeededCatalogue().filter(({ name }) => colour.test(variantOf(name)))
  assert.ok(variants.length > 70, `only ${variants.length}`)
  assert.deepEqual(
    variants
      .filter(
        ({ name }) =>
          !coloursOf(name)
            .split(' ')
            .some(one => painted.has(one)),
      )
      .map(({ name }) => name),
    [],
  )
})

test('each category has a ground of its own', async () => {
  const grounds = findAll(await read('style/goods.css'), /\.(g-[a-z-]+) \{/g)

  assert.deepEqual([...grounds].sort(), categories.map(category => groundOf(category).split(' ')[1]).sort())
})

test('a name is cut into model and variant at its first comma', () => {
  assert.deepEqual([modelOf('Lund Pendant, 28 cm'), variantOf('Lund Pendant, 28 cm')], ['Lund Pendant', '28 cm'])
  assert.deepEqual([modelOf('Spare part'), variantOf('Spare part')], ['Spare part', ''])
  assert.equal(coloursOf('Halden Desk Lamp, matt black').trim(), 'v-matt v-black')
})
