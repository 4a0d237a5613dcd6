// Finishes or undoes what a crash, a lost reply or a dependency that was away left in the middle. Several replicas may run it:
// each claims its own orders. It opens no journey event, since the checkout was counted when it was asked for; it does go on
// in the checkout's trace.
import type { CheckoutEvents } from './checkout-events.ts'
import type { OrderRecord } from './order-record.ts'
import { type OrderStore, OrderTakenError } from './order-store.ts'
import type { SettleOrder } from './settle-order.ts'

export interface RecoverOrdersPorts {
  readonly orders: OrderStore
  readonly settleOrder: SettleOrder
  readonly events: CheckoutEvents
  /** A service that ends leaves the rest to the next one. */
  readonly stopping: AbortSignal
  readonly withinTrace: <T>(traceContext: Readonly<Record<string, string>>, work: () => Promise<T>) => Promise<T>
}

/** Orders taken at a time; enough to work off an outage's worth in seconds, few enough for small pools. */
const batch = 10
const settleLimitMs = 10_000
/** Longer than settling may take, so that no second replica claims the same order meanwhile. */
const leaseMs = settleLimitMs + 5_000

/** One round, until nothing is due; says how many orders it took up. */
export function makeRecoverOrders({ orders, settleOrder, events, stopping, withinTrace }: RecoverOrdersPorts) {
  async function recover(order: OrderRecord): Promise<void> {
    try {
      const limit = AbortSignal.any([AbortSignal.timeout(settleLimitMs), stopping])
      const settled = await settleOrder(order, limit)
      events.orderRecovered(settled)
      if (settled.state === 'confirmed') events.orderPlaced(settled)
    } catch (error) {
      if (error instanceof OrderTakenError) return
      const nextTryMs = Math.min(1_000 * 2 ** Math.min(order.attempt - 1, 10), 10_000)
      events.recoveryFailed(order, error, nextTryMs)
      await orders.handOver(order, nextTryMs)
    }
  }

  async function takeUpSome(): Promise<number> {
    const claimed = await orders.claimUnfinished(batch, leaseMs)
    const rounds = claimed.map(order => withinTrace(order.traceContext, () => recover(order)))
    // A round that fails (the database is away) leaves the order to its lease's end.
    await Promise.allSettled(rounds)
    return claimed.length
  }

  return async (): Promise<number> => {
    let takenUp = 0
    for (;;) {
      const some = await takeUpSome()
      takenUp += some
      // An outage leaves hundreds; ten every two seconds would take minutes. One that fails again is not due at once.
      if (some < batch || stopping.aborted) break
    }
    events.unfinishedCounted(await orders.countUnfinished())
    return takenUp
  }
}
