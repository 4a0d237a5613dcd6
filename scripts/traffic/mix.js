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

/** What the seeded customers' past orders say of them, of a hundred in every country (contracts/sample-customers.ts). */
export const segmentShares = { new: 25, returning: 40, vip: 10, at_risk: 15, churned: 10 }

/** Products have the ids 1 to this number (contracts/catalogue.ts). */
export const catalogueSize = 240

export const customers = 500

/** What follows as a fraction spreads evenly over 0 to 1, whatever the length: multiples of the golden ratio. */
const evenly = n => (n * 0.6180339887498949) % 1

/** The same of another number that has no period, so that two choices for one customer do not follow from one another. */
const evenlyToo = n => (n * Math.SQRT2) % 1

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

const countryOf = n => pickByWeight(countryWeights, evenly(n))

/** A digit a customer, which is the place of the segment in segmentShares: every shopper of k6 keeps a copy of this file's data. */
const segmentDigits = findSegments()

function findSegments() {
  const places = {}
  let digits = ''
  for (let n = 1; n <= customers; n++) {
    const country = countryOf(n)
    const place = places[country] ?? 0
    places[country] = place + 1
    digits += Object.keys(segmentShares).indexOf(pickByWeight(segmentShares, evenlyToo(place)))
  }
  return digits
}

/** Customer 1 to 500 as the shop was seeded with them: always the same country. */
export const customerOf = n => ({
  email: `shopper-${n}@techmart.example`,
  country: countryOf(n),
  segment: Object.keys(segmentShares)[Number(segmentDigits[n - 1])],
})

export const pickCustomer = random => customerOf(1 + Math.floor(random() * customers))

/** Of ten checkouts two come with a promotion code. */
export const promotionShare = 0.2

/** Codes by weight. Now and then one that is over, or that nobody ever gave out: the shop refuses it. */
const promotionWeights = { WELCOME10: 60, LAMP5: 38, SPRING24: 1, 'FREE-LUNCH': 1 }
export const refusedPromotions = ['SPRING24', 'FREE-LUNCH']

/** undefined for most checkouts. */
export const pickPromotion = random =>
  random() < promotionShare ? pickByWeight(promotionWeights, random()) : undefined

/** Requests beside the journeys, as shares of them: somebody signs up, an admin looks at the stock. */
export const signUpShare = 0.005
export const stockCheckShare = 0.005

/** Events that one POST /api/events may carry. */
export const eventsAtOnce = 20

/** Of five who look at a product one puts it into the cart and leaves it there. */
export const leftInCartShare = 0.2

/** Visits whose browser tells how the page went: its load and its web vitals are three or four events. */
export const measuredShare = 0.05

/** How many times longer the way to the store is than from next door. */
const wayFactors = { US: 1, GB: 1.1, DE: 1.1, FR: 1.15, JP: 1.2, BR: 1.5, IN: 1.7 }

/** Phones by weight, and how many times slower than a good one they are. */
const phoneWeights = { 1: 55, 1.7: 33, 3: 12 }

/** Around 1 and never below 0, with a long tail above: three dice in an exponent are nearly a log-normal. */
const around1 = (random, spread) => Math.exp(spread * 2 * (random() + random() + random() - 1.5))

/**
 * What a browser tells of one page, as the store's own pages do. k6 draws nothing, so most of it is made up; the milliseconds that
 * the store took for its answer are measured, and a slow store shows. Bounds of good and poor: https://web.dev/articles/vitals.
 */
export function pickPageLoad(random, page, country, answerMs) {
  const phone = Number(pickByWeight(phoneWeights, random()))
  const empty = 180 * wayFactors[country] * around1(random, 0.4) + 450 * phone * around1(random, 0.3)
  const drawn = empty + answerMs + 450 * phone * around1(random, 0.6)
  // Most pages stand still; some jump when something arrives late.
  const jumps = random() < 0.8 ? 0.03 * random() : 0.03 + 0.35 * random() ** 2
  const vital = (metric, value) => ({ name: 'web_vital', page, metric, value })
  const events = [
    { name: 'page_load', page, durationMs: Math.round(drawn + 150 * phone * random()) },
    vital('LCP', Math.round(drawn)),
    vital('CLS', Math.round(jumps * 1000) / 1000),
  ]
  // Who only reads never clicks.
  if (random() < 0.6) events.push(vital('INP', Math.round(75 * phone * around1(random, 0.6))))
  return events
}

/** Who signs up: the last part keeps two shoppers of k6 apart, and the shop forgets them again. */
export const pickNewcomer = (random, mark) => ({
  email: `newcomer-${mark}@techmart.example`,
  name: 'Newcomer',
  country: pickByWeight(countryWeights, random()),
})

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
