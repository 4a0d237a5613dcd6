// Every business event of api: one function each, which writes the counter (few labels) and the log line (the detail, without
// e-mail addresses). None of them throws. Steps before the checkout are counted where shoppers report them, at the edge.
import { categories } from '@techmart/contracts/catalogue'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { type CheckoutEvents, makeCheckoutEvents } from './checkout-events.ts'

export const searchOutcomes = ['found', 'corrected', 'nothing'] as const
export type SearchOutcome = (typeof searchOutcomes)[number]

export interface ApiEvents extends CheckoutEvents {
  productsListed(category: string | undefined): void
  productViewed(productId: number): void
  /** `corrected`: only the text without its typing mistakes was found. */
  productsSearched(outcome: SearchOutcome, category: string | undefined): void
  reviewWritten(productId: number, rating: number, isNew: boolean): void
  ratingMissing(productId: number, error: unknown): void
  oldReviewsRemoved(count: number): void
  ordersListed(whose: 'customer' | 'all', count: number): void
}

export function makeApiEvents(metrics: Metrics, log: Log): ApiEvents {
  const searches = metrics.counter('product_searches_total', 'Searches, by what became of them.', ['outcome'])
  const reviews = metrics.counter(
    'reviews_written_total',
    'Reviews written, by stars; a new text of an old review too.',
    ['rating'],
  )

  // Present from the first scrape: a rate over a series that is born with its first event misses that event.
  for (const outcome of searchOutcomes) searches.inc({ outcome }, 0)
  for (const rating of ['1', '2', '3', '4', '5']) reviews.inc({ rating }, 0)

  return {
    ...makeCheckoutEvents(metrics, log),
    productsListed(category) {
      log.debug('products listed', { category: knownCategory(category) })
    },
    productsSearched(outcome, category) {
      searches.inc({ outcome })
      // Not what was searched for: people type whatever they like.
      log.debug('products searched', { outcome, category: knownCategory(category) })
    },
    reviewWritten(productId, rating, isNew) {
      reviews.inc({ rating: String(rating) })
      log.info('review written', { productId, rating, isNew })
    },
    ratingMissing(productId, error) {
      log.warn('a product is shown without its rating', { productId, reason: messageOf(error) })
    },
    oldReviewsRemoved(count) {
      log.info('old reviews removed', { count })
    },
    ordersListed(whose, count) {
      log.debug('orders listed', { whose, count })
    },
    productViewed(productId) {
      log.debug('product viewed', { productId })
    },
  }
}

/** Free text from outside stays out of log lines unless it is one of ours. */
const knownCategory = (category: string | undefined): string => categories.find(known => known === category) ?? 'all'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
