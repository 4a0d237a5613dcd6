// The critical user journeys (CUJ). The name is the value of `cuj.name` on every span of the journey; `cuj.<name>` is the one
// span that counts as an event of its SLOs. A journey that is not listed works all the same: it counts as critical.

/** How much of the shop's promise hangs on a journey: sampling keeps critical ones, dashboards show them first. */
export interface Journey {
  readonly name: string
  readonly critical: boolean
}

export const journeys = {
  productDiscovery: 'product-discovery',
  productSearch: 'product-search',
  productReview: 'product-review',
  checkout: 'checkout',
  orderLookup: 'order-lookup',
  orderHistory: 'order-history',
  productUpload: 'product-upload',
  productUploadJob: 'product-upload-job',
} as const

/** Journeys somebody declared not critical. */
const optionalJourneys: ReadonlySet<string> = new Set()

export const isCriticalJourney = (name: string): boolean => !optionalJourneys.has(name)

/** What a journey's name looks like: it becomes part of a span name and a label value. */
export const journeyNamePattern = /^[a-z][a-z0-9-]{1,40}$/
