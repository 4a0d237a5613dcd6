// Who shops, for what, how often. Plain data and arithmetic: k6 runs it, and Node's tests do.

/** Shares of requests, in percent. A journey that comes later is one line here and one function of the same name in shop.js. */
export const journeyShares = {
  'product-discovery': 48,
  checkout: 15,
  'order-lookup': 10,
  'product-search': 10,
  'product-review': 10,
  'order-history': 4,
  'product-upload': 3,
}

/** Of ten who come for reviews three write one. */
export const reviewWriteShare = 0.3

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

/** What people type into the search box: words of the catalogue, some in a hurry, some with a category. */
export const searches = [
  { q: 'lamp' },
  { q: 'reading lamp' },
  { q: 'black' },
  { q: 'headphones' },
  { q: 'cast iron skillet' },
  { q: 'kettle' },
  { q: 'natural oak' },
  { q: 'knife', category: 'Kitchen' },
  { q: 'white', category: 'Lighting' },
  { q: 'set' },
  { q: '"desk lamp"' },
  { q: 'skillet or kettle' },
  { q: 'lapm' },
  { q: 'hedphones' },
  { q: 'kettel' },
]

export const pickSearch = random => searches[Math.floor(random() * searches.length)]

const opinions = [
  { rating: 5, title: 'Just what I wanted', text: 'Arrived quickly and does its job. I would buy it again.' },
  { rating: 5, title: 'Lovely', text: 'Even better than in the picture.' },
  { rating: 4, title: 'Good', text: 'Good value. The box could be smaller.' },
  { rating: 4, title: 'Solid', text: 'In use every day, and it still looks new.' },
  { rating: 3, title: 'It is all right', text: 'Neither more nor less than I expected.' },
  { rating: 2, title: 'Not quite', text: 'The colour is not what I had in mind.' },
  { rating: 1, title: 'Sent back', text: 'It was broken when it came. At least the refund was quick.' },
]

/** Most customers are content. A customer has one review of a product: writing again changes it, so that reviews do not pile up. */
export const pickReview = random =>
  Object.assign({ email: pickCustomer(random).email }, opinions[Math.floor(opinions.length * random() ** 1.5)])

/** The supplier's list: uploads bring these SKUs again and again, so that the catalogue does not grow for ever. */
export const uploadSkus = 1000

/** A mistake in every tenth upload, for the job to tell of. */
const mistakeShare = 0.1

const uploadCategories = ['Lighting', 'Kitchen', 'Audio', 'Outdoor', 'Garden']

/** Twenty to fifty rows, one after another on the supplier's list. */
export function pickUpload(random) {
  const first = Math.floor(random() * uploadSkus)
  const products = Array.from({ length: 20 + Math.floor(random() * 31) }, (_, at) => {
    const n = (first + at) % uploadSkus
    const number = String(n).padStart(4, '0')
    return {
      sku: `SPARE-${number}`,
      name: `Spare part ${number}`,
      description: "From the supplier's list.",
      category: uploadCategories[n % uploadCategories.length],
      priceCents: 300 + ((n * 37) % 5000) + Math.floor(random() * 100),
    }
  })
  if (random() < mistakeShare) products[Math.floor(random() * products.length)].priceCents = -1
  return { products }
}
