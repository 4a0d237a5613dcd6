// What happens to orders: one function an event, which writes the counter (few labels) and the log line (the detail, without
// e-mail addresses and names). None of them throws.
import { type Country, countries, type Segment, segments } from '@techmart/contracts/shop'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { UpstreamError } from '@techmart/platform/refusals'
import type { OrderRecord } from './order-record.ts'

/** What a checkout can do without. */
export const dispensableParts = ['customer', 'promotion', 'shipping'] as const
export type DispensablePart = (typeof dispensableParts)[number]

/** Expected ends of a checkout without a sale. */
export const refusals = [
  'out-of-stock',
  'declined',
  'unknown-product',
  'promotion-refused',
  'key-reused',
  'in-progress',
] as const
export type Refusal = (typeof refusals)[number]

/** Words of the code have hyphens, label values underscores. */
const toReason = (refusal: Refusal): string => refusal.replaceAll('-', '_')

export interface CheckoutEvents {
  checkoutStarted(who: { country: Country; segment: Segment }): void
  /** Nothing was begun: whoever is needed is known not to answer. */
  checkoutTurnedAway(country: Country, error: UpstreamError): void
  /** A part of the order could not be had, and the order goes on with what takes its place. */
  wentWithout(part: DispensablePart, error: unknown): void
  orderPlaced(order: OrderRecord): void
  orderRefused(refusal: Refusal, country: string): void
  orderFailed(order: OrderRecord, error: unknown): void
  orderLeftToRecovery(order: OrderRecord, error: unknown): void
  handOverFailed(order: OrderRecord, error: unknown): void
  orderRecovered(order: OrderRecord): void
  recoveryFailed(order: OrderRecord, error: unknown, nextTryMs: number): void
  unfinishedCounted(unfinished: { orders: number; oldestSeconds: number }): void
  oldOrdersRemoved(count: number): void
}

export function makeCheckoutEvents(metrics: Metrics, log: Log): CheckoutEvents {
  const created = metrics.counter('orders_created_total', 'Orders confirmed.', ['country', 'segment'])
  const errors = metrics.counter('orders_errors_total', 'Checkouts without a sale, refusals included.', ['reason'])
  const value = metrics.histogram(
    'order_value',
    'Value of confirmed orders in US dollars, shipping included.',
    ['country'],
    [10, 25, 50, 75, 100, 150, 250, 500, 1000, 2500],
  )
  const funnel = metrics.counter('funnel_events_total', 'Steps of shoppers on their way to a sale.', [
    'step',
    'country',
    'segment',
  ])
  const without = metrics.counter('orders_without_total', 'Checkouts that went on without a part of the order.', [
    'part',
  ])
  const recovered = metrics.counter('orders_recovered_total', 'Orders that recovery brought to an end.', ['outcome'])
  const unfinished = metrics.gauge('orders_unfinished', 'Orders between their first step and their last.', [])
  const oldest = metrics.gauge('orders_unfinished_oldest_seconds', 'Age of the oldest unfinished order.', [])

  // Present from the first scrape: a rate over a series that is born with its first event misses that event.
  for (const country of countries) {
    value.zero({ country })
    for (const segment of segments) {
      created.inc({ country, segment }, 0)
      for (const step of ['checkout', 'paid']) funnel.inc({ step, country, segment }, 0)
    }
  }
  for (const reason of [...refusals.map(toReason), 'payments_unavailable']) errors.inc({ reason }, 0)
  for (const part of dispensableParts) without.inc({ part }, 0)
  for (const outcome of ['confirmed', 'declined', 'undone']) recovered.inc({ outcome }, 0)

  const whichOrder = (order: OrderRecord) => ({ orderId: order.id, state: order.state, country: order.country })

  return {
    checkoutStarted({ country, segment }) {
      funnel.inc({ step: 'checkout', country, segment })
      log.debug('checkout started', { country, segment })
    },
    checkoutTurnedAway(country, error) {
      // The step is counted all the same: this shopper wanted to pay.
      funnel.inc({ step: 'checkout', country, segment: 'unknown' })
      errors.inc({ reason: reasonOf(error) })
      log.warn('checkout turned away', { country, dependency: error.dependency, reason: error.message })
    },
    wentWithout(part, error) {
      without.inc({ part })
      log.warn(`order without ${part}`, { part, reason: messageOf(error) })
    },
    orderPlaced(order) {
      const labels = { country: order.country, segment: order.segment }
      created.inc(labels)
      value.observe({ country: order.country }, order.totalCents / 100)
      funnel.inc({ step: 'paid', ...labels })
      log.info('order placed', {
        ...whichOrder(order),
        segment: order.segment,
        totalCents: order.totalCents,
        lines: order.items.length,
        shipping: order.shippingSource,
        ...(order.promotion === undefined ? {} : { promotion: order.promotion.code }),
      })
    },
    orderRefused(refusal, country) {
      errors.inc({ reason: toReason(refusal) })
      log.info('order refused', { reason: refusal, country })
    },
    orderFailed(order, error) {
      errors.inc({ reason: reasonOf(error) })
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

const reasonOf = (error: unknown): string =>
  error instanceof UpstreamError ? `${error.dependency}_${error.error}` : 'internal'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
