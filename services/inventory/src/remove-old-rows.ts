// A week of running must not fill the disk: what has ended goes after a while, in small bites that lock nothing for long.
import type { InventoryEvents } from './events.ts'
import type { ReservationStore } from './reservation-store.ts'
import type { StockStore } from './stock-store.ts'

export interface RemoveOldRowsPorts {
  readonly stock: StockStore
  readonly reservations: ReservationStore
  readonly events: InventoryEvents
  readonly reservationHours: number
  readonly movementDays: number
}

/** Once a minute this is ten times what fifty requests a second leave behind. */
const rowsARound = 5_000

/** One round. */
export function makeRemoveOldRows(ports: RemoveOldRowsPorts): () => Promise<void> {
  const { stock, reservations, events } = ports
  return async () => {
    const ended = await reservations.removeEnded(ports.reservationHours, rowsARound)
    if (ended > 0) events.oldRowsRemoved('reservations', ended)
    const movements = await stock.removeMovements(ports.movementDays, rowsARound)
    if (movements > 0) events.oldRowsRemoved('movements', movements)
  }
}
