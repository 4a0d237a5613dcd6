import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Product } from '@techmart/contracts/product-routes'
import { buildMetrics } from '@techmart/platform/metrics'
import type { Postgres } from '@techmart/platform/postgres'
import { fakeLog } from '@techmart/platform/testing'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { readSeededCatalogue } from '../../src/catalogue.ts'
import { makeApiEvents } from '../../src/events.ts'
import { makeProductStore } from '../../src/product-store.ts'
import { makeSearchProducts, type SearchProducts } from '../../src/search-products.ts'
import { makeSearchStore } from '../../src/search-store.ts'

const migrations = new URL('../../migrations/', import.meta.url)

/** The seeded catalogue, and more if asked. */
async function openShop(t: TestContext, more: readonly Product[] = []): Promise<{ postgres: Postgres; search: Find }> {
  const postgres = await openTestPostgres(t, migrations)
  await makeProductStore(postgres).seed([...readSeededCatalogue(), ...more])
  const search = makeSearchProducts({
    search: makeSearchStore(postgres),
    events: makeApiEvents(buildMetrics(), fakeLog()),
  })
  return { postgres, search: (text, rest = {}) => search({ text, page: 1, pageSize: 20, ...rest }) }
}

type Find = (text: string, rest?: Partial<Parameters<SearchProducts>[0]>) => ReturnType<SearchProducts>

const lampIn = (id: number, overrides: Partial<Product> = {}): Product => ({
  id,
  name: `Plain Thing ${id}`,
  description: 'Of no interest.',
  category: 'Garden',
  priceCents: 1_30,
  ...overrides,
})

test('a hit in the name comes before one in the category, and that before one in the description', async t => {
  const { search } = await openShop(t, [
    lampIn(901, { description: 'Goes with every zeppelin.' }),
    lampIn(902, { name: 'Zeppelin' }),
    lampIn(903, { category: 'Zeppelins' }),
  ])

  const found = await search('zeppelins')

  assert.deepEqual(
    found.products.map(({ id }) => id),
    [902, 903, 901],
  )
})

test('words are found in any order, in singular and plural, and all of them are wanted', async t => {
  const { search } = await openShop(t)

  const found = await search('lamps reading')
  const none = await search('lamp skillet')

  assert.ok(found.total >= 3)
  assert.ok(found.products.every(({ name }) => name.startsWith('Fyn Reading Lamp')))
  assert.equal(none.total, 0)
})

test('a search is filtered by category and comes in pages that do not overlap', async t => {
  const { search } = await openShop(t)

  const all = await search('black', { pageSize: 100 })
  const lighting = await search('black', { category: 'Lighting', pageSize: 100 })
  const pages = [await search('black', { pageSize: 3 }), await search('black', { pageSize: 3, page: 2 })]
  const beyond = await search('black', { page: 9_999 })

  assert.ok(lighting.total > 0 && lighting.total < all.total)
  assert.ok(lighting.products.every(({ category }) => category === 'Lighting'))
  assert.deepEqual(
    pages.flatMap(page => page.products),
    all.products.slice(0, 6),
  )
  assert.deepEqual(beyond, { products: [], total: all.total, page: 9_999, pageSize: 20 })
})

const mistakes = [
  ['lapm', 'lamp'],
  ['Reeding Lamp', 'reading lamp'],
  ['hedphones', 'headphones'],
  ['skilet', 'skillet'],
  ['gooseneck kettel', 'gooseneck kettle'],
  ['skill', 'skillet'],
] as const

test('typing mistakes are forgiven', async t => {
  const { search } = await openShop(t)

  for (const [typed, correctedTo] of mistakes) {
    await t.test(`"${typed}" is taken for "${correctedTo}"`, async () => {
      const found = await search(typed)

      assert.equal(found.correctedTo, correctedTo)
      assert.ok(found.total > 0)
    })
  }
})

test('the words of a product that comes later are known too', async t => {
  const { postgres, search } = await openShop(t)
  const before = await search('zepelin')

  await makeProductStore(postgres).seed([lampIn(902, { name: 'Zeppelin' })])
  await postgres.run('rename', sql => sql`UPDATE products SET name = 'Submarine' WHERE id = 1`)

  assert.equal(before.total, 0)
  assert.deepEqual((await search('zepelin')).products[0]?.id, 902)
  assert.deepEqual((await search('submarin')).products[0]?.id, 1)
})

const oddTexts = [
  `'; DROP TABLE products; --`,
  `%`,
  `_____`,
  `*`,
  `:*`,
  `lamp:*`,
  `& | ! ( ) <->`,
  `lamp & !kettle | (`,
  `"`,
  `"reading lamp`,
  `""""`,
  `\\`,
  `\\'`,
  `$1`,
  `or or or`,
  `-`,
  `--- -lamp`,
  `the`,
  `ﷺ 𝕏 \u{1F4A1} ß İ`,
  '\ud800',
  `${'a'.repeat(50)} ${'b '.repeat(24)}`,
]

test('whatever is typed is text and nothing else', async t => {
  const { search, postgres } = await openShop(t)

  for (const text of oddTexts) {
    await t.test(`${JSON.stringify(text).slice(0, 40)} is answered like any other search`, async () => {
      const found = await search(text)

      assert.equal(typeof found.total, 'number')
      const [left] = await postgres.run<{ count: number }>(
        'count',
        sql => sql`SELECT count(*)::integer AS count FROM products`,
      )
      assert.equal(left?.count, 240)
    })
  }
})

test('a quoted phrase, or, and a minus do what they say', async t => {
  const { search } = await openShop(t)

  const phrase = await search('"reading lamp"')
  const reversed = await search('"lamp reading"')
  const either = await search('skillet or kettle', { pageSize: 100 })
  const without = await search('lamp -reading', { pageSize: 100 })

  assert.ok(phrase.total > 0)
  assert.equal(reversed.total, 0)
  assert.ok(['Skillet', 'Kettle'].every(word => either.products.some(({ name }) => name.includes(word))))
  assert.ok(without.total > 0 && without.products.every(({ name }) => !name.includes('Reading')))
})

test('of a word that is everywhere only the first five hundred matches are ranked', async t => {
  const many = Array.from({ length: 700 }, (_, n) => lampIn(1_000 + n, { description: 'Made of wood.' }))
  const { search } = await openShop(t, many)

  const found = await search('plain thing', { pageSize: 100, page: 5 })
  const beyond = await search('plain thing', { pageSize: 100, page: 6 })

  assert.equal(found.total, 500)
  assert.equal(found.products.length, 100)
  assert.equal(beyond.products.length, 0)
})
