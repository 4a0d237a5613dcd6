// A week of running must not fill the disk: finished orders go after a while, in small bites that lock nothing for long.
import type { CheckoutEvents } from './checkout-events.ts'
import type { OrderStore } from './order-store.ts'

/** Once a minute this is ten times what fifty requests a second leave behind. */
const ordersARound = 5_000

/** One round. */
export function makeRemoveOldOrders(ports: { orders: OrderStore; events: CheckoutEvents; retentionDays: number }) {
  return async (): Promise<void> => {
    const removed = await ports.orders.removeOlderThan(ports.retentionDays, ordersARound)
    if (removed > 0) ports.events.oldOrdersRemoved(removed)
  }
}
