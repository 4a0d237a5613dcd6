// Hand-written stand-ins for the stores: each answers what the test tells it to, and fails loudly where it was told nothing.
import type { ReservationStore } from '../src/reservation-store.ts'
import type { ShelfStore } from '../src/shelf-store.ts'
import type { StockStore } from '../src/stock-store.ts'

const untold = (method: string) => () => Promise.reject(new Error(`This test did not expect ${method} to be called.`))

export const fakeReservations = (told: Partial<ReservationStore> = {}): ReservationStore => ({
  reserve: untold('reserve'),
  commit: untold('commit'),
  release: untold('release'),
  findExpired: async () => [],
  expire: untold('expire'),
  removeEnded: async () => 0,
  ...told,
})

export const fakeStock = (told: Partial<StockStore> = {}): StockStore => ({
  find: untold('find'),
  set: untold('set'),
  restock: async () => [],
  totals: async () => ({ available: 0, held: 0, belowThreshold: 0 }),
  seed: untold('seed'),
  removeMovements: async () => 0,
  ...told,
})

export const fakeShelves = (told: Partial<ShelfStore> = {}): ShelfStore => ({
  list: untold('list'),
  find: untold('find'),
  change: untold('change'),
  ...told,
})
