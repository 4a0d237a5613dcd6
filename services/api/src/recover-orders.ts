// Finishes or undoes what a crash, a lost reply or a dependency that was away left in the middle. Several replicas may run it:
// each claims its own orders. It opens no journey event, since the checkout was counted when it was asked for; it does go on
// in the checkout's trace.
import type { CheckoutEvents } from './checkout-events.ts'
import { findOwnEnd } from './find-own-end.ts'
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
/** For a reply of the database that was cut off. */
const readAgainMs = 3_000
/** Longer than settling may take, so that no second replica claims the same order meanwhile. */
const leaseMs = settleLimitMs + 5_000

/** One round, until nothing is due; says how many orders it took up. */
export function makeRecoverOrders({ orders, settleOrder, events, stopping, withinTrace }: RecoverOrdersPorts) {
  /** The order at its end; undefined where it has not come to one here. */
  async function bringToAnEnd(order: OrderRecord): Promise<OrderRecord | undefined> {
    try {
      return await settleOrder(order, AbortSignal.any([AbortSignal.timeout(settleLimitMs), stopping]))
    } catch (error) {
      if (error instanceof OrderTakenError) return undefined
      const nextTryMs = Math.min(1_000 * 2 ** Math.min(order.attempt - 1, 10), 10_000)
      await orders.handOver(order, nextTryMs).catch(failure => events.handOverFailed(order, failure))
      const ended = await findOwnEnd(orders, order, readAgainMs)
      if (ended === undefined) events.recoveryFailed(order, error, nextTryMs)
      return ended
    }
  }

  async function recover(order: OrderRecord): Promise<void> {
    const settled = await bringToAnEnd(order)
    if (settled === undefined) return
    events.orderRecovered(settled)
    if (settled.state === 'confirmed') events.orderPlaced(settled)
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
