// What inventory does by itself every few seconds: gives back what is held past its time, fills the shelves, counts the stock.
// Bounded in each round; several replicas may do it side by side.
import type { InventoryEvents } from './events.ts'
import type { ReservationStore } from './reservation-store.ts'
import type { StockStore } from './stock-store.ts'

export interface KeepShelvesPorts {
  readonly stock: StockStore
  readonly reservations: ReservationStore
  readonly events: InventoryEvents
}

const expiriesARound = 100
const restocksARound = 50

/** One round. */
export function makeKeepShelves({ stock, reservations, events }: KeepShelvesPorts): () => Promise<void> {
  return async () => {
    for (const orderId of await reservations.findExpired(expiriesARound)) {
      if (await reservations.expire(orderId)) events.expired(orderId)
    }
    const restocks = await stock.restock(restocksARound)
    if (restocks.length > 0) events.restocked(restocks)
    events.stockCounted(await stock.totals())
  }
}
