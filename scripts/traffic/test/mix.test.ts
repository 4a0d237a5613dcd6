import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { catalogueSize } from '@techmart/contracts/catalogue'
import { EventsRequest } from '@techmart/contracts/event-routes'
import { PromotionCode } from '@techmart/contracts/promotion-routes'
import { publicRoutes } from '@techmart/contracts/public-routes'
import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import { countries } from '@techmart/contracts/shop'
import { UploadRow } from '@techmart/contracts/upload-routes'
import { NewUser } from '@techmart/contracts/user-routes'
import Value from 'typebox/value'
import { vitals } from '../../dashboards/web-vitals.ts'
import * as mix from '../mix.js'

test('traffic covers every journey of the shop that begins with a request', () => {
  const journeys = new Set(publicRoutes.flatMap(({ route: { journey } }) => (journey === undefined ? [] : [journey])))

  assert.equal(journeys.size, 7)
  assert.deepEqual(new Set(Object.keys(mix.journeyShares)), journeys)
})

test('traffic knows the catalogue and the countries of the contracts', () => {
  assert.equal(mix.catalogueSize, catalogueSize)
  assert.deepEqual(Object.keys(mix.countryWeights).sort(), [...countries].sort())
})

test('requests keep their shares over a minute, and the rarest journey never waits long', () => {
  const minute = Array.from({ length: 600 }, (_, n) => mix.journeyOf(n))

  const total = Object.values(mix.journeyShares).reduce((sum, share) => sum + share, 0)
  for (const [journey, share] of Object.entries(mix.journeyShares)) {
    const count = minute.filter(name => name === journey).length
    assert.ok(Math.abs(count / 600 - share / total) < 0.01, `${journey}: ${count} of 600`)
  }
  const lookups = minute.flatMap((name, n) => (name === 'order-lookup' ? [n] : []))
  assert.ok(lookups.every((n, at) => at === 0 || n - (lookups[at - 1] ?? 0) <= 13))
})

test('all seven countries shop, each customer from one of them', () => {
  const customers = Array.from({ length: 5000 }, () => mix.pickCustomer(Math.random))

  assert.equal(new Set(customers.map(({ country }) => country)).size, 7)
  const homes = Map.groupBy(customers, ({ email }) => email)
  for (const visits of homes.values()) assert.equal(new Set(visits.map(({ country }) => country)).size, 1)
})

test('the shoppers are the customers that the shop was seeded with, in their countries and segments', () => {
  const seeded = buildSampleCustomers().filter(({ email }) => email.startsWith('shopper-'))

  const shoppers = Array.from({ length: mix.customers }, (_, at) => mix.customerOf(at + 1))

  assert.deepEqual(
    shoppers,
    seeded.map(({ email, country, segment }) => ({ email, country, segment })),
  )
})

test('two checkouts of ten come with a promotion code, and hardly any with one that is refused', () => {
  const codes = Array.from({ length: 10_000 }, () => mix.pickPromotion(Math.random))

  const given = codes.filter(code => code !== undefined)
  assert.ok(Math.abs(given.length / 10_000 - 0.2) < 0.02, `${given.length} of 10,000`)
  for (const code of given) assert.match(code, new RegExp(PromotionCode.pattern))
  const refused = given.filter(code => mix.refusedPromotions.includes(code))
  assert.deepEqual(new Set(refused), new Set(mix.refusedPromotions))
  assert.ok(refused.length < 100, `${refused.length} of 10,000 checkouts would be refused for their code`)
})

test('who signs up has an address that the contract takes and that no other shopper of k6 has', () => {
  const newcomers = ['1-abc', '2-abc'].map(mark => mix.pickNewcomer(Math.random, mark))

  for (const newcomer of newcomers) assert.ok(Value.Check(NewUser, newcomer), JSON.stringify(newcomer))
  assert.equal(new Set(newcomers.map(({ email }) => email)).size, 2)
})

test('what is asked beside the journeys is a small part of all requests', () => {
  // A checkout tells its shopper's looks; the other two are shares of all requests, and a sign-up forgets the one before.
  const perRequest = mix.journeyShares.checkout / 100 + 2 * mix.signUpShare + mix.stockCheckShare

  assert.ok(perRequest < 0.2, `${perRequest} a request`)
})

test('what browsers tell of a page is what the contract takes, and fits into one request', () => {
  const pages = countries.flatMap(country => [
    ...Array.from({ length: 300 }, () => mix.pickPageLoad(Math.random, '/products/240', country, 25)),
    // k6 gives up after twelve seconds.
    mix.pickPageLoad(Math.random, '/', country, 12_000),
  ])

  for (const events of pages) assert.ok(Value.Check(EventsRequest, { events }), JSON.stringify(events))
  assert.ok(pages.every(events => events.length <= mix.eventsAtOnce))
  const told = new Set(pages.flat().map(event => ('metric' in event ? event.metric : event.name)))
  assert.deepEqual([...told].sort(), ['CLS', 'INP', 'LCP', 'page_load'])
})

test('shoppers are mostly content with pages that the store answers quickly, and some are not', () => {
  const events = Array.from({ length: 20_000 }, () =>
    mix.pickPageLoad(Math.random, '/', mix.pickCustomer(Math.random).country, 20),
  ).flat()

  for (const { name, goodUpTo, poorAbove, unit } of vitals) {
    const bound = (value: number) => (unit === 's' ? value * 1_000 : value)
    const values = events.flatMap(event => ('metric' in event && event.metric === name ? [event.value] : []))
    const share = (isMeant: (value: number) => boolean) => values.filter(isMeant).length / values.length
    const [good, poor] = [share(value => value <= bound(goodUpTo)), share(value => value > bound(poorAbove))]
    assert.ok(good > 0.78 && good < 0.95, `${name}: ${good} good`)
    assert.ok(poor > 0.005 && poor < 0.08, `${name}: ${poor} poor`)
  }
})

test('a store that takes three seconds longer has no good page left', () => {
  const pages = Array.from({ length: 500 }, () => mix.pickPageLoad(Math.random, '/', 'US', 3_000))

  const paints = pages.flat().flatMap(event => ('metric' in event && event.metric === 'LCP' ? [event.value] : []))
  assert.equal(paints.length, 500)
  assert.ok(paints.every(value => value > 2_500))
})

test('a cart holds one to three different products of the catalogue', () => {
  for (let n = 0; n < 2000; n++) {
    const items = mix.pickItems(Math.random)

    assert.ok(items.length >= 1 && items.length <= 3)
    assert.equal(new Set(items.map(({ productId }) => productId)).size, items.length)
    assert.ok(items.every(({ productId }) => productId >= 1 && productId <= catalogueSize))
  }
})

test('reviews are of every star, and each is in the name of a customer', () => {
  const reviews = Array.from({ length: 2000 }, () => mix.pickReview(Math.random))

  assert.deepEqual([...new Set(reviews.map(({ rating }) => rating))].sort(), [1, 2, 3, 4, 5])
  const people = new Set(reviews.map(({ email }) => email))
  assert.ok(people.size > 300 && people.size <= mix.customers)
})

test('people search for all kinds of things, spelled right and wrong', () => {
  const typed = new Set(Array.from({ length: 2000 }, () => mix.pickSearch(Math.random)))

  assert.equal(typed.size, mix.searches.length)
})

test('uploads are small, bring the same SKUs again and again, and one in ten has a wrong row', () => {
  const uploads = Array.from({ length: 1000 }, () => mix.pickUpload(Math.random).products)

  assert.ok(uploads.every(rows => rows.length >= 20 && rows.length <= 50))
  assert.ok(uploads.every(rows => new Set(rows.map(row => row.sku)).size === rows.length))
  assert.equal(new Set(uploads.flat().map(row => row.sku)).size, mix.uploadSkus)
  const wrongRows = uploads.map(rows => rows.filter(row => !Value.Check(UploadRow, row)).length)
  assert.ok(wrongRows.every(count => count <= 1))
  const share = wrongRows.filter(count => count === 1).length / 1000
  assert.ok(share > 0.05 && share < 0.16, `${share} of the uploads`)
})

test('every journey with a share has its request in the script', () => {
  const script = readFileSync(new URL('../shop.js', import.meta.url), 'utf8')

  for (const journey of Object.keys(mix.journeyShares)) assert.match(script, new RegExp(`request\\(\\s*'${journey}'`))
})
