// Every business event of users: one function each, which writes the counter (few labels) and the log line (the detail, without
// names and e-mail addresses). None of them throws.
import { countries } from '@techmart/contracts/shop'
import { type CustomerSegment, customerSegments } from '@techmart/contracts/user-routes'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { RecordResult } from './statistics-store.ts'
import type { UserRecord } from './user-record.ts'

export interface UsersEvents {
  signedUp(user: UserRecord): void
  signUpRefused(country: string): void
  changed(user: UserRecord): void
  deleted(userId: string): void
  listed(count: number): void
  lookedUp(outcome: 'found' | 'unknown'): void
  orderRecorded(orderId: string, result: RecordResult): void
  segmentsRefreshed(count: number): void
  segmentsCounted(segments: Readonly<Record<CustomerSegment, number>>): void
  seeded(count: number): void
  oldRowsRemoved(what: string, count: number): void
}

export function makeUsersEvents(metrics: Metrics, log: Log): UsersEvents {
  const created = metrics.counter('users_created_total', 'Customers who signed up.', ['country'])
  const deleted = metrics.counter('users_deleted_total', 'Customers who were forgotten at their wish.')
  const lookups = metrics.counter('customer_lookups_total', 'Customers asked for by a checkout.', ['outcome'])
  const orders = metrics.counter('customer_orders_total', 'Order events by what they did to the figures.', ['outcome'])
  const segments = metrics.gauge('users_by_segment', 'Customers in each segment, sample customers included.', [
    'segment',
  ])
  // Present from the first scrape: a rate over a series that is born with its first event misses that event.
  for (const country of countries) created.inc({ country }, 0)
  for (const outcome of ['found', 'unknown']) lookups.inc({ outcome }, 0)
  for (const outcome of ['recorded', 'recorded-before', 'no-customer']) orders.inc({ outcome }, 0)

  return {
    signedUp({ id, country }) {
      created.inc({ country })
      log.info('customer signed up', { userId: id, country })
    },
    signUpRefused(country) {
      log.info('sign-up refused: the address is known', { country })
    },
    changed({ id, country }) {
      log.info('customer changed', { userId: id, country })
    },
    deleted(userId) {
      deleted.inc()
      log.info('customer forgotten', { userId })
    },
    listed(count) {
      log.debug('customers listed', { count })
    },
    lookedUp(outcome) {
      lookups.inc({ outcome })
      log.debug('customer looked up', { outcome })
    },
    orderRecorded(orderId, result) {
      orders.inc({ outcome: result.outcome })
      if (result.outcome === 'recorded' && result.from !== result.to) {
        log.info('customer changed segment', { userId: result.userId, from: result.from, to: result.to })
      }
      log.debug('order counted for its customer', { orderId, outcome: result.outcome })
    },
    segmentsRefreshed(count) {
      log.info('segments followed the passing of time', { count })
    },
    segmentsCounted(counts) {
      for (const segment of customerSegments) segments.set({ segment }, counts[segment])
    },
    seeded(count) {
      log.info('sample customers added', { count })
    },
    oldRowsRemoved(what, count) {
      log.info('old rows removed', { what, count })
    },
  }
}
