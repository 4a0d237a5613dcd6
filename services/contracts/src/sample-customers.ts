// The customers that the shop opens with, the same at every start: users seeds them with their statistics, api their past
// orders, and traffic shops in their names. Everything follows from a customer's number; there are no dice.
import { sampleNames } from './sample-names.ts'
import type { Country } from './shop.ts'
import type { CustomerSegment } from './user-routes.ts'

export interface SampleOrder {
  readonly id: string
  /** Confirmed this many days before the seeding. */
  readonly daysAgo: number
  readonly items: readonly { readonly productId: number; readonly quantity: number; readonly unitPriceCents: number }[]
  readonly shippingCents: number
  readonly totalCents: number
}

export interface SampleCustomer {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly country: Country
  readonly segment: CustomerSegment
  readonly signedUpDaysAgo: number
  /** Newest first. */
  readonly pastOrders: readonly SampleOrder[]
}

/** Traffic's customers are `shopper-1` to `shopper-<this>`. */
export const sampleShoppers = 500

/** Where they live, by weight, and as scripts/traffic/mix.js has it: a customer shops from where they live. */
export const sampleCountryWeights: Readonly<Record<Country, number>> = {
  US: 40,
  GB: 15,
  DE: 12,
  FR: 10,
  JP: 9,
  BR: 8,
  IN: 6,
}

/** What they have bought before: products of the catalogue at its prices, which only api knows (its tests compare). */
export const sampleGoods: readonly { readonly productId: number; readonly unitPriceCents: number }[] = [
  { productId: 33, unitPriceCents: 2450 },
  { productId: 41, unitPriceCents: 790 },
  { productId: 49, unitPriceCents: 2900 },
  { productId: 65, unitPriceCents: 3800 },
  { productId: 25, unitPriceCents: 4200 },
  { productId: 2, unitPriceCents: 3900 },
  { productId: 26, unitPriceCents: 1950 },
  { productId: 34, unitPriceCents: 3400 },
  { productId: 42, unitPriceCents: 2700 },
  { productId: 66, unitPriceCents: 3200 },
  { productId: 74, unitPriceCents: 2200 },
  { productId: 59, unitPriceCents: 1800 },
  { productId: 67, unitPriceCents: 2900 },
]

const sampleShippingCents = 690

interface Habit {
  readonly segment: CustomerSegment
  /** Of a hundred customers in every country. */
  readonly share: number
  readonly orders: readonly [least: number, most: number]
  readonly lastOrderDaysAgo: readonly [least: number, most: number]
  readonly daysBetweenOrders: number
}

const habits: readonly Habit[] = [
  { segment: 'new', share: 25, orders: [0, 1], lastOrderDaysAgo: [1, 6], daysBetweenOrders: 0 },
  { segment: 'returning', share: 40, orders: [2, 4], lastOrderDaysAgo: [2, 50], daysBetweenOrders: 21 },
  { segment: 'vip', share: 10, orders: [8, 12], lastOrderDaysAgo: [1, 20], daysBetweenOrders: 12 },
  { segment: 'at_risk', share: 15, orders: [2, 5], lastOrderDaysAgo: [100, 165], daysBetweenOrders: 25 },
  { segment: 'churned', share: 10, orders: [1, 3], lastOrderDaysAgo: [190, 330], daysBetweenOrders: 30 },
]

/** How long before the first order they signed up; a new customer without one did so these days ago. */
const signedUpBeforeDays = 7

/** What follows as a fraction spreads evenly over 0 to 1, whatever the length: multiples of the golden ratio. */
const evenly = (n: number): number => (n * 0.6180339887498949) % 1

/** The same of another number that has no period, so that two choices for one customer do not follow from one another. */
const evenlyToo = (n: number): number => (n * Math.SQRT2) % 1

function pickByWeight<T>(weighted: readonly (readonly [T, number])[], fraction: number): T {
  let left = fraction * weighted.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of weighted) {
    left -= weight
    if (left < 0) return value
  }
  throw new RangeError(`A fraction is below 1, not ${fraction}.`)
}

const between = ([least, most]: readonly [number, number], fraction: number): number =>
  least + Math.floor(fraction * (most - least + 1))

export const countryOfShopper = (n: number): Country =>
  pickByWeight(Object.entries(sampleCountryWeights) as [Country, number][], evenly(n))

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const customerId = (n: number): string => `7ec4a127-0000-4000-8000-${hex(n, 12)}`
const orderId = (n: number, order: number): string => `7ec4a127-0001-4000-8000-${hex(n, 8)}${hex(order, 4)}`

function buildOrder(n: number, number: number, daysAgo: number): SampleOrder {
  const first = (n * 5 + number * 3) % sampleGoods.length
  const items = Array.from({ length: 1 + ((n + number) % 3) }, (_, place) => ({
    ...(sampleGoods[(first + place) % sampleGoods.length] as (typeof sampleGoods)[number]),
    quantity: 1,
  }))
  const totalCents = items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0)
  return {
    id: orderId(n, number),
    daysAgo,
    items,
    shippingCents: sampleShippingCents,
    totalCents: totalCents + sampleShippingCents,
  }
}

/** Customer `n`, who is the `place`-th of their country. */
function buildCustomer(n: number, place: number, who: { email: string; country: Country; habit: Habit }) {
  const { email, country, habit } = who
  const { first, last } = sampleNames[country]
  const lastDaysAgo = between(habit.lastOrderDaysAgo, evenlyToo(n))
  const pastOrders = Array.from({ length: between(habit.orders, evenly(n * 7 + 3)) }, (_, number) =>
    buildOrder(n, number, lastDaysAgo + number * habit.daysBetweenOrders),
  )
  return {
    id: customerId(n),
    email,
    name: `${first[place % first.length]} ${last[(place + Math.floor(place / first.length)) % last.length]}`,
    country,
    segment: habit.segment,
    signedUpDaysAgo: (pastOrders.at(-1)?.daysAgo ?? 0) + signedUpBeforeDays,
    pastOrders,
  }
}

/** Ada, in whose name the demo customer's token acts, and the shoppers 1 to 500. */
export function buildSampleCustomers(): readonly SampleCustomer[] {
  const shares = habits.map(habit => [habit, habit.share] as const)
  const places = new Map<Country, number>()
  const shoppers = Array.from({ length: sampleShoppers }, (_, index) => {
    const n = index + 1
    const country = countryOfShopper(n)
    const place = places.get(country) ?? 0
    places.set(country, place + 1)
    const habit = pickByWeight(shares, evenlyToo(place))
    return buildCustomer(n, place, { email: `shopper-${n}@techmart.example`, country, habit })
  })
  const vip = habits.find(({ segment }) => segment === 'vip') as Habit
  const ada = buildCustomer(0, 0, { email: 'ada@techmart.example', country: 'GB', habit: vip })
  return [{ ...ada, name: 'Ada Lovelace' }, ...shoppers]
}
