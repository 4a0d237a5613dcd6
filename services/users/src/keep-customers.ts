// What users does by itself: segments follow the passing of time, and neither sign-ups nor event ids grow for ever. Bounded in
// each round; several replicas may do it side by side.
import type { UsersEvents } from './events.ts'
import type { StatisticsStore } from './statistics-store.ts'

const segmentsARound = 500

/** One round. */
export function makeKeepSegments(ports: {
  readonly statistics: StatisticsStore
  readonly events: UsersEvents
  readonly now?: () => Date
}): () => Promise<void> {
  const { statistics, events, now = () => new Date() } = ports
  return async () => {
    const refreshed = await statistics.refreshSegments(segmentsARound, now())
    if (refreshed > 0) events.segmentsRefreshed(refreshed)
    events.segmentsCounted(await statistics.countSegments())
  }
}

/** Once a minute this is more than fifty requests a second of nothing but sign-ups, or of checkouts, leave behind. */
const rowsARound = 5_000

/** One round. */
export function makeRemoveOldRows(ports: {
  readonly statistics: StatisticsStore
  readonly events: UsersEvents
  readonly customersKept: number
  readonly eventDays: number
}): () => Promise<void> {
  const { statistics, events } = ports
  return async () => {
    const orders = await statistics.removeRecordedBefore(ports.eventDays, rowsARound)
    if (orders > 0) events.oldRowsRemoved('order events', orders)
    const customers = await statistics.removeBeyond(ports.customersKept, rowsARound)
    if (customers > 0) events.oldRowsRemoved('customers', customers)
  }
}
