// What the gateway passes on to inventory. Who may is in the contracts.
import {
  changeStock,
  fullestShelf,
  getInventory,
  listInventory,
  listStockLevels,
} from '@techmart/contracts/stock-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { invalid, keyReused, notFound } from '@techmart/platform/refusals'
import type { InventoryEvents } from '../events.ts'
import type { ShelfStore } from '../shelf-store.ts'

export function addShelfRoutes(app: HttpApp, ports: { shelves: ShelfStore; events: InventoryEvents }): void {
  const { shelves, events } = ports

  addRoute(app, listInventory, async request => {
    const { page = 1, pageSize = 20, belowThreshold } = request.query
    return { ...(await shelves.list({ page, pageSize, belowThreshold })), page, pageSize }
  })

  addRoute(app, getInventory, async request => {
    const item = await shelves.find(request.params.id)
    if (item === undefined) {
      throw notFound(`No stock is kept of product ${request.params.id}.`, { field: 'params.id' })
    }
    return item
  })

  addRoute(app, changeStock, async (request, reply) => {
    const result = await shelves.change(request.body, request.headers['idempotency-key'])
    switch (result.outcome) {
      case 'changed':
        if (!result.repeated) events.stockChanged(request.body)
        return reply.code(result.isNew ? 201 : 200).send(result.level)
      case 'too-much':
        throw invalid(`There are ${result.available}; a shelf holds no more than ${fullestShelf}.`, {
          field: 'body.quantity',
        })
      case 'key-reused':
        throw keyReused('This Idempotency-Key was used for another change; a new change needs a new key.')
    }
  })

  addRoute(app, listStockLevels, async request => {
    const { page = 1, pageSize = 100, productId: productIds } = request.query
    const { items, total } = await shelves.list({ page, pageSize, productIds })
    const levels = items.map(({ productId, available }) => ({ productId, available }))
    return { levels, page, pageSize, total }
  })
}
