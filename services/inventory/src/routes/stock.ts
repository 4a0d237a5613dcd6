import { getStock, setStock } from '@techmart/contracts/inventory-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { notFound } from '@techmart/platform/refusals'
import type { InventoryEvents } from '../events.ts'
import type { StockStore } from '../stock-store.ts'

export function addStockRoutes(app: HttpApp, { stock, events }: { stock: StockStore; events: InventoryEvents }): void {
  addRoute(app, getStock, async request => {
    const level = await stock.find(request.params.productId)
    if (level === undefined) throw notFound(`No stock is kept of product ${request.params.productId}.`)
    return level
  })

  addRoute(app, setStock, async request => {
    const level = await stock.set(request.params.productId, request.body)
    events.stockSet(level.productId, level.available)
    return level
  })
}
