// Every business event of api: one function each, which writes the counter (few labels) and the log line (the detail, without
// e-mail addresses). None of them throws.
import { categories } from '@techmart/contracts/catalogue'
import { countries } from '@techmart/contracts/shop'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { UpstreamError } from '@techmart/platform/refusals'
import type { OrderRecord } from './order-record.ts'

export const searchOutcomes = ['found', 'corrected', 'nothing'] as const
export type SearchOutcome = (typeof searchOutcomes)[number]

export interface ApiEvents {
  productsListed(category: string | undefined): void
  productViewed(productId: number): void
  /** `corrected`: only the text without its typing mistakes was found. */
  productsSearched(outcome: SearchOutcome, category: string | undefined): void
  reviewWritten(productId: number, rating: number, isNew: boolean): void
  ratingMissing(productId: number, error: unknown): void
  oldReviewsRemoved(count: number): void
  ordersListed(whose: 'customer' | 'all', count: number): void
  checkoutStarted(country: string): void
  orderPlaced(order: OrderRecord): void
  /** An expected end without a sale: out-of-stock, declined, unknown-product, key-reused, in-progress. */
  orderRefused(reason: string, country: string): void
  orderFailed(order: OrderRecord, error: unknown): void
  orderLeftToRecovery(order: OrderRecord, error: unknown): void
  handOverFailed(order: OrderRecord, error: unknown): void
  orderRecovered(order: OrderRecord): void
  recoveryFailed(order: OrderRecord, error: unknown, nextTryMs: number): void
  unfinishedCounted(unfinished: { orders: number; oldestSeconds: number }): void
  oldOrdersRemoved(count: number): void
}

export function makeApiEvents(metrics: Metrics, log: Log): ApiEvents {
  const created = metrics.counter('orders_created_total', 'Orders confirmed.', ['country', 'segment'])
  const errors = metrics.counter('orders_errors_total', 'Checkouts without a sale, refusals included.', ['reason'])
  const value = metrics.histogram(
    'order_value',
    'Value of confirmed orders in US dollars, shipping included.',
    [],
    [10, 25, 50, 75, 100, 150, 250, 500, 1000, 2500],
  )
  const funnel = metrics.counter('funnel_events_total', 'Steps of shoppers on their way to a sale.', [
    'step',
    'country',
    'segment',
  ])
  const searches = metrics.counter('product_searches_total', 'Searches, by what became of them.', ['outcome'])
  const reviews = metrics.counter(
    'reviews_written_total',
    'Reviews written, by stars; a new text of an old review too.',
    ['rating'],
  )
  const recovered = metrics.counter('orders_recovered_total', 'Orders that recovery brought to an end.', ['outcome'])
  const unfinished = metrics.gauge('orders_unfinished', 'Orders between their first step and their last.', [])
  const oldest = metrics.gauge('orders_unfinished_oldest_seconds', 'Age of the oldest unfinished order.', [])

  // Present from the first scrape: a rate over a series that is born with its first event misses that event.
  for (const country of countries) {
    created.inc({ country, segment: 'unknown' }, 0)
    for (const step of ['checkout', 'paid']) funnel.inc({ step, country, segment: 'unknown' }, 0)
  }
  for (const step of ['browse', 'view']) funnel.inc({ step, country: 'unknown', segment: 'unknown' }, 0)
  for (const reason of ['out_of_stock', 'declined', 'payments_unavailable']) errors.inc({ reason }, 0)
  for (const outcome of ['confirmed', 'declined', 'undone']) recovered.inc({ outcome }, 0)

  for (const outcome of searchOutcomes) searches.inc({ outcome }, 0)
  for (const rating of ['1', '2', '3', '4', '5']) reviews.inc({ rating }, 0)

  const whichOrder = (order: OrderRecord) => ({ orderId: order.id, state: order.state, country: order.country })

  return {
    productsListed(category) {
      funnel.inc({ step: 'browse', country: 'unknown', segment: 'unknown' })
      log.debug('products listed', { category: knownCategory(category) })
    },
    productsSearched(outcome, category) {
      searches.inc({ outcome })
      funnel.inc({ step: 'browse', country: 'unknown', segment: 'unknown' })
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
      funnel.inc({ step: 'view', country: 'unknown', segment: 'unknown' })
      log.debug('product viewed', { productId })
    },
    checkoutStarted(country) {
      funnel.inc({ step: 'checkout', country, segment: 'unknown' })
      log.debug('checkout started', { country })
    },
    orderPlaced(order) {
      const labels = { country: order.country, segment: order.segment }
      created.inc(labels)
      value.observe(order.totalCents / 100)
      funnel.inc({ step: 'paid', ...labels })
      log.info('order placed', { ...whichOrder(order), totalCents: order.totalCents, lines: order.items.length })
    },
    orderRefused(reason, country) {
      errors.inc({ reason: reason.replaceAll('-', '_') })
      log.info('order refused', { reason, country })
    },
    orderFailed(order, error) {
      errors.inc({ reason: error instanceof UpstreamError ? `${error.dependency}_${error.error}` : 'internal' })
      // A warning without the stack: the request's own line has both.
      log.warn('order failed', { ...whichOrder(order), reason: messageOf(error) })
    },
    orderLeftToRecovery(order, error) {
      log.warn('order left to recovery', { ...whichOrder(order), reason: messageOf(error) })
    },
    handOverFailed(order, error) {
      log.warn('order not handed over: recovery comes when its lease ends', { ...whichOrder(order), error })
    },
    orderRecovered(order) {
      const refused = order.refusal === undefined ? 'undone' : 'declined'
      const outcome = order.state === 'confirmed' ? 'confirmed' : refused
      recovered.inc({ outcome })
      log.info('order recovered', { ...whichOrder(order), outcome, attempt: order.attempt })
    },
    recoveryFailed(order, error, nextTryMs) {
      log.warn('order not recovered yet', {
        ...whichOrder(order),
        attempt: order.attempt,
        nextTryMs,
        error,
      })
    },
    unfinishedCounted({ orders, oldestSeconds }) {
      unfinished.set(orders)
      oldest.set(oldestSeconds)
    },
    oldOrdersRemoved(count) {
      log.info('old orders removed', { count })
    },
  }
}

/** Free text from outside stays out of log lines unless it is one of ours. */
const knownCategory = (category: string | undefined): string => categories.find(known => known === category) ?? 'all'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
