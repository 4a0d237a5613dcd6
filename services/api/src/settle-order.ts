// Brings an unfinished order to its end from whatever state it was left in. The same steps serve the checkout itself, after a
// failure, and recovery, after a crash. Every call it makes may be repeated, since all are named by the order's id.
import type { InventoryClient } from './inventory-client.ts'
import { isFinished, type OrderRecord } from './order-record.ts'
import type { OrderStore } from './order-store.ts'
import type { PaymentsClient } from './payments-client.ts'

export type SettleOrder = (order: OrderRecord, signal: AbortSignal) => Promise<OrderRecord>

export interface SettleOrderPorts {
  readonly orders: OrderStore
  readonly inventory: InventoryClient
  readonly payments: PaymentsClient
}

export function makeSettleOrder({ orders, inventory, payments }: SettleOrderPorts): SettleOrder {
  /** The money is taken: deliver, or give it back. */
  async function finish(order: OrderRecord, signal: AbortSignal): Promise<OrderRecord> {
    // Commit before confirming. A reservation lapses after ten minutes; a confirmed order whose goods were sold to somebody
    // else meanwhile could not be kept, a charged one can still be refunded.
    if ((await inventory.commit(order.id, signal)) === 'committed') return orders.confirm(order)
    return giveBack(await orders.beginRefund(order), signal)
  }

  /** Nobody knows what became of the charge: payments does. */
  async function askForCharge(order: OrderRecord, signal: AbortSignal): Promise<OrderRecord> {
    const charge = await payments.findCharge(order.id, signal)
    if (charge?.state === 'charged') return finish(await orders.advance(order, 'charged'), signal)
    if (charge?.state === 'declined') {
      await inventory.release(order.id, signal)
      return orders.cancel(order, { kind: 'declined', reason: charge.reason })
    }
    // Refunded even where no charge is known: one may be on its way, and a refund settles that first.
    return giveBack(await orders.beginRefund(order), signal)
  }

  /** A refund that got no answer may be heard later, whatever payments says of the charge until then: it is asked for again. */
  async function giveBack(order: OrderRecord, signal: AbortSignal): Promise<OrderRecord> {
    await payments.refund(order.id, signal)
    await inventory.release(order.id, signal)
    return orders.cancel(order)
  }

  return async (order, signal) => {
    if (isFinished(order)) return order
    if (order.refundAsked) return giveBack(order, signal)
    if (order.state === 'charged') return finish(order, signal)
    if (order.state === 'reserved') return askForCharge(order, signal)
    // Pending: never charged, since the order is marked reserved first.
    await inventory.release(order.id, signal)
    return orders.cancel(order)
  }
}
