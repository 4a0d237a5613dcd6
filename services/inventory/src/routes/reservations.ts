import { commitReservation, releaseReservation, reserveStock } from '@techmart/contracts/inventory-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { conflict, notFound, outOfStock } from '@techmart/platform/refusals'
import type { InventoryEvents } from '../events.ts'
import type { ReservationStore } from '../reservation-store.ts'

export interface ReservationRoutesDeps {
  readonly reservations: ReservationStore
  readonly events: InventoryEvents
}

export function addReservationRoutes(app: HttpApp, { reservations, events }: ReservationRoutesDeps): void {
  addRoute(app, reserveStock, async (request, reply) => {
    const { orderId, items } = request.body
    const result = await reservations.reserve(orderId, items)
    switch (result.outcome) {
      case 'held':
        if (!result.repeated) events.reserved(orderId, items.length)
        return reply.code(201).send(result.reservation)
      case 'out-of-stock': {
        const { productId, available } = result
        events.outOfStock(orderId, productId, available)
        const index = items.findIndex(item => item.productId === productId)
        throw outOfStock(`Only ${available} of product ${productId} are left.`, {
          field: `body.items.${index}`,
          allowed: [available],
        })
      }
      case 'released':
        throw conflict('This order was released; it holds no stock any more.')
    }
  })

  addRoute(app, commitReservation, async request => {
    const { orderId } = request.params
    const result = await reservations.commit(orderId)
    switch (result.outcome) {
      case 'committed':
        if (!result.repeated) events.committed(orderId)
        return result.reservation
      case 'released':
        throw conflict('This reservation was released or has lapsed; its goods may be sold to somebody else.')
      case 'unknown':
        throw notFound('Nothing is reserved for this order.')
    }
  })

  addRoute(app, releaseReservation, async (request, reply) => {
    const { orderId } = request.params
    const result = await reservations.release(orderId)
    switch (result.outcome) {
      case 'released':
        if (!result.repeated) events.released(orderId)
        return reply.code(200).send(result.reservation)
      case 'nothing-held':
        return reply.code(204).send(null)
      case 'sold':
        throw conflict('The goods of this order are sold.')
    }
  })
}
