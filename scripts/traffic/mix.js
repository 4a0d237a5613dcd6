// Who shops, for what, how often. Plain data and arithmetic: k6 runs it, and Node's tests do.

/**
 * Shares of requests, in percent of a shop with all its journeys; those that exist are scaled to the whole. A journey that comes
 * later is one line here and one function of the same name in shop.js.
 */
export const journeyShares = {
  'product-discovery': 48,
  checkout: 15,
  'order-lookup': 10,
}

/** Where customers live, by weight. */
export const countryWeights = { US: 40, GB: 15, DE: 12, FR: 10, JP: 9, BR: 8, IN: 6 }

/** Products have the ids 1 to this number (contracts/catalogue.ts). */
export const catalogueSize = 240

export const customers = 500

/** What follows as a fraction spreads evenly over 0 to 1, whatever the length: multiples of the golden ratio. */
const evenly = n => (n * 0.6180339887498949) % 1

function pickByWeight(weights, fraction) {
  const entries = Object.entries(weights)
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  let left = fraction * total
  for (const [name, weight] of entries) {
    left -= weight
    if (left < 0) return name
  }
  return entries[entries.length - 1][0]
}

/** The journey of the n-th request. No dice: the rarest journey has its event every few seconds, not now and then. */
export const journeyOf = n => pickByWeight(journeyShares, evenly(n))

/** A few products are loved, most are not: half of all picks fall on the first quarter of the catalogue. */
export const pickProduct = random => 1 + Math.floor(catalogueSize * random() ** 2)

/** One to three different products, mostly one piece of each. */
export function pickItems(random) {
  const ids = new Set()
  const wanted = 1 + Math.floor(random() * 3)
  while (ids.size < wanted) ids.add(pickProduct(random))
  return [...ids].map(productId => ({ productId, quantity: random() < 0.8 ? 1 : 2 }))
}

/** A customer always lives in the same country. */
export function pickCustomer(random) {
  const n = 1 + Math.floor(random() * customers)
  return { email: `shopper-${n}@techmart.example`, country: pickByWeight(countryWeights, evenly(n)) }
}
