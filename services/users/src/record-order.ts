// What is done with one order event. Safe to run twice: the event id is written down in the figures' own transaction.
import type { OrderPlaced } from '@techmart/contracts/order-events'
import type { UsersEvents } from './events.ts'
import type { StatisticsStore } from './statistics-store.ts'

export type RecordOrder = (event: OrderPlaced) => Promise<void>

export function makeRecordOrder(ports: {
  readonly statistics: StatisticsStore
  readonly events: UsersEvents
  readonly now?: () => Date
}): RecordOrder {
  const { statistics, events, now = () => new Date() } = ports
  return async event => {
    const result = await statistics.record(event, now())
    events.orderRecorded(event.orderId, result)
  }
}
