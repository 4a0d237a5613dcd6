// Every business event of inventory: one function each, which writes the counter (few labels) and the log line (the detail).
import type { StockChange } from '@techmart/contracts/stock-routes'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { Restock, StockTotals } from './stock-store.ts'

export interface InventoryEvents {
  reserved(orderId: string, lines: number): void
  outOfStock(orderId: string, productId: number, available: number): void
  committed(orderId: string): void
  released(orderId: string): void
  expired(orderId: string): void
  restocked(restocks: readonly Restock[]): void
  stockSet(productId: number, available: number): void
  stockChanged(change: StockChange): void
  stockCounted(totals: StockTotals): void
  oldRowsRemoved(what: string, count: number): void
}

export function makeInventoryEvents(metrics: Metrics, log: Log): InventoryEvents {
  const reservations = metrics.counter('reservations_total', 'Reservations by what became of them.', ['outcome'])
  const restocks = metrics.counter('stock_restocks_total', 'Times a product was restocked.')
  const restockedUnits = metrics.counter('stock_restocked_units_total', 'Units that restocking brought in.')
  const units = metrics.gauge('stock_units', 'Units in the house, by whether they are promised to an order.', ['state'])
  const low = metrics.gauge('stock_products_below_threshold', 'Products that wait to be restocked.')
  // Present from the first scrape: a rate over a series that is born with its first event misses that event.
  for (const outcome of ['held', 'out_of_stock', 'committed', 'released', 'expired']) reservations.inc({ outcome }, 0)

  return {
    reserved(orderId, lines) {
      reservations.inc({ outcome: 'held' })
      log.info('stock reserved', { orderId, lines })
    },
    outOfStock(orderId, productId, available) {
      reservations.inc({ outcome: 'out_of_stock' })
      log.info('out of stock', { orderId, productId, available })
    },
    committed(orderId) {
      reservations.inc({ outcome: 'committed' })
      log.info('reservation committed', { orderId })
    },
    released(orderId) {
      reservations.inc({ outcome: 'released' })
      log.info('reservation released', { orderId })
    },
    expired(orderId) {
      reservations.inc({ outcome: 'expired' })
      log.warn('reservation expired', { orderId })
    },
    restocked(filled) {
      const unitsIn = filled.reduce((sum, restock) => sum + restock.quantity, 0)
      restocks.inc(filled.length)
      restockedUnits.inc(unitsIn)
      log.info('products restocked', { products: filled.map(restock => restock.productId), units: unitsIn })
    },
    stockSet(productId, available) {
      log.info('stock set by hand', { productId, available })
    },
    stockChanged({ productId, change, quantity, threshold }) {
      log.info('stock changed by hand', { productId, change, quantity, threshold })
    },
    stockCounted({ available, held, belowThreshold }) {
      units.set({ state: 'available' }, available)
      units.set({ state: 'held' }, held)
      low.set(belowThreshold)
    },
    oldRowsRemoved(what, count) {
      log.info('old rows removed', { what, count })
    },
  }
}
