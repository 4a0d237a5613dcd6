import { getOrder, placeOrder as placeOrderRoute } from '@techmart/contracts/order-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { conflict, declined, forbidden, invalid, keyReused, notFound, outOfStock } from '@techmart/platform/refusals'
import { type Caller, readCaller } from '../caller.ts'
import type { OrderKeys } from '../order-key.ts'
import { type OrderRecord, toOrder } from '../order-record.ts'
import type { OrderStore } from '../order-store.ts'
import type { PlaceOrder } from '../place-order.ts'

export interface OrderRoutesDeps {
  readonly placeOrder: PlaceOrder
  readonly orders: OrderStore
  readonly orderKeys: OrderKeys
}

export function addOrderRoutes(app: HttpApp, { placeOrder, orders, orderKeys }: OrderRoutesDeps): void {
  addRoute(app, placeOrderRoute, async (request, reply) => {
    const caller = readCaller(request.headers)
    if (caller.role === 'user' && !isSame(caller.customer, request.body.email)) {
      throw forbidden(`A customer orders in their own name: body.email must be that of the token.`)
    }
    const idempotencyKey = textOf(request.headers['idempotency-key'])
    const result = await placeOrder({
      ...request.body,
      idempotencyKey,
      caller: `${caller.role} ${caller.customer ?? ''}`,
    })
    switch (result.outcome) {
      case 'placed':
        return reply.code(201).send({ order: toOrder(result.order), orderKey: orderKeys.keyOf(result.order.id) })
      case 'unknown-product':
        throw invalid(`There is no product ${result.productId}.`, { field: `body.items.${result.itemIndex}.productId` })
      case 'out-of-stock': {
        const { itemIndex, available } = result
        const message = available === 0 ? 'This product is sold out.' : `Only ${available} of this product are left.`
        throw outOfStock(message, { field: `body.items.${itemIndex}.quantity`, allowed: [available] })
      }
      case 'declined':
        throw declined(`The card was declined: ${result.reason.replaceAll('_', ' ')}. Nothing was charged.`)
      case 'key-reused':
        throw keyReused('This Idempotency-Key was used for another order; a new order needs a new key.')
      case 'in-progress':
        throw conflict('An order with this Idempotency-Key is being placed; ask again in a moment.')
    }
  })

  addRoute(app, getOrder, async request => {
    const order = await orders.find(request.params.id)
    if (order === undefined) throw notFound(`There is no order ${request.params.id}.`)
    const key = textOf(request.headers['order-key'])
    const mayRead =
      ownsOrRuns(readCaller(request.headers), order) || (key !== undefined && orderKeys.opens(order.id, key))
    if (!mayRead) throw forbidden('This order is read with its Order-Key, or by who placed it.')
    return toOrder(order)
  })
}

const ownsOrRuns = (caller: Caller, order: OrderRecord): boolean =>
  caller.role === 'admin' || caller.role === 'test' || (caller.role === 'user' && isSame(caller.customer, order.email))

const isSame = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined
