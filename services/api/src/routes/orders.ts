import { getOrder, listOrders, placeOrder as placeOrderRoute } from '@techmart/contracts/order-routes'
import { type Caller, isSame, readCaller } from '@techmart/platform/caller'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import {
  conflict,
  declined,
  forbidden,
  invalid,
  keyReused,
  notFound,
  outOfStock,
  unauthorized,
} from '@techmart/platform/refusals'
import type { PromotionProblem } from '../check-promotion.ts'
import type { ApiEvents } from '../events.ts'
import type { OrderKeys } from '../order-key.ts'
import { type OrderRecord, toOrder } from '../order-record.ts'
import type { OrderStore } from '../order-store.ts'
import type { PlaceOrder } from '../place-order.ts'

export interface OrderRoutesDeps {
  readonly placeOrder: PlaceOrder
  readonly orders: OrderStore
  readonly orderKeys: OrderKeys
  readonly events: ApiEvents
}

export function addOrderRoutes(app: HttpApp, { placeOrder, orders, orderKeys, events }: OrderRoutesDeps): void {
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
      case 'promotion-refused':
        throw invalid(promotionWords[result.why], { field: 'body.promotionCode' })
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
    if (order === undefined) throw notFound(`There is no order ${request.params.id}.`, { field: 'params.id' })
    const key = textOf(request.headers['order-key'])
    const mayRead =
      ownsOrRuns(readCaller(request.headers), order) || (key !== undefined && orderKeys.opens(order.id, key))
    if (!mayRead) throw forbidden('This order is read with its Order-Key, or by who placed it.')
    return toOrder(order)
  })

  addRoute(app, listOrders, async request => {
    const { email, page = 1, pageSize = 20 } = request.query
    mayList(readCaller(request.headers), email)
    if (page * pageSize > listedOrders) {
      const last = Math.floor(listedOrders / pageSize)
      throw invalid(`Only the newest ${listedOrders} orders can be paged through: ${last} pages of ${pageSize}.`, {
        field: 'query.page',
      })
    }
    const { orders: found, total } = await orders.list({ email, page, pageSize, countUpTo: listedOrders })
    events.ordersListed(email === undefined ? 'all' : 'customer', found.length)
    return { orders: found.map(toOrder), page, pageSize, total }
  })
}

const promotionWords: Readonly<Record<PromotionProblem, string>> = {
  unknown: 'There is no such promotion. Order without it, or with another code.',
  not_started: 'This promotion has not begun yet. Order without it, or with another code.',
  expired: 'This promotion is over. Order without it, or with another code.',
  used_up: 'This promotion is used up. Order without it, or with another code.',
}

/** Page 50,000 reads a million rows to show twenty; nobody needs it. */
const listedOrders = 10_000

/** Throws where the caller may not see these orders. Nobody learns from the answer whether an address has any. */
function mayList(caller: Caller, email: string | undefined): void {
  switch (caller.role) {
    case 'anonymous':
      throw unauthorized('Orders are listed with a token; one order is read with its Order-Key.')
    case 'user':
      if (email === undefined || !isSame(caller.customer, email)) {
        throw forbidden('A customer lists their own orders: query.email must be that of the token.')
      }
      return
    case 'test':
      if (email === undefined)
        throw forbidden("Everybody's orders are listed by the admin alone: name a customer in query.email.")
      return
    case 'admin':
      return
  }
}

const ownsOrRuns = (caller: Caller, order: OrderRecord): boolean =>
  caller.role === 'admin' || caller.role === 'test' || (caller.role === 'user' && isSame(caller.customer, order.email))

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined
