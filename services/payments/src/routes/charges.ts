import { type Charge, chargeOrder, getCharge, refundOrder } from '@techmart/contracts/payment-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { conflict, declined, keyReused, notFound, UpstreamError } from '@techmart/platform/refusals'
import type { ChargeOrder } from '../charge-order.ts'
import type { ChargeStore, StoredCharge } from '../charge-store.ts'
import { paymentProviderName } from '../events.ts'
import type { RefundOrder } from '../refund-order.ts'

export interface ChargeRoutesDeps {
  charges: ChargeStore
  chargeOrder: ChargeOrder
  refundOrder: RefundOrder
}

export function addChargeRoutes(app: HttpApp, deps: ChargeRoutesDeps): void {
  addRoute(app, chargeOrder, async (request, reply) => {
    const result = await deps.chargeOrder(request.body)
    switch (result.outcome) {
      case 'charged':
        return reply.code(201).send(toContract(result.charge))
      case 'declined':
        throw declined(result.reason)
      case 'key-reused':
        throw keyReused('This order was charged before with another amount or country.')
      case 'already-refunded':
        throw conflict('This order was refunded; it is not charged again.')
      case 'unanswered':
        throw unanswered(result.cause)
    }
  })

  addRoute(app, refundOrder, async (request, reply) => {
    const result = await deps.refundOrder(request.params.orderId)
    switch (result.outcome) {
      case 'refunded':
        return reply.code(200).send(toContract(result.charge))
      case 'nothing-charged':
        return reply.code(204).send(null)
      case 'unanswered':
        throw unanswered(result.cause)
    }
  })

  addRoute(app, getCharge, async (request, reply) => {
    const charge = await deps.charges.find(request.params.orderId)
    if (!charge || charge.state === 'void') {
      throw notFound('Nothing was charged for this order.')
    }
    if (charge.state === 'pending') {
      throw conflict('The provider has not answered yet: ask for the charge again, or refund it.')
    }
    if (charge.state === 'refunding') {
      throw conflict('The money is being given back: ask for the refund again, to hear that it was.')
    }
    return reply.code(200).send(toContract(charge))
  })
}

function unanswered(cause: Error): UpstreamError {
  return new UpstreamError('The payment provider gives no answer at the moment.', {
    kind: 'bad-answer',
    dependency: paymentProviderName,
    cause,
  })
}

function toContract(charge: StoredCharge): Charge {
  const { orderId, state, amountCents, country, reason, createdAt } = charge
  const isEnded = state === 'charged' || state === 'declined' || state === 'refunded'
  if (!isEnded || amountCents === null || country === null) {
    throw new Error(`The charge of order ${orderId} is ${state}; there is nothing to show.`)
  }
  return {
    orderId,
    state,
    amountCents,
    country,
    ...(reason === null ? {} : { reason }),
    createdAt: createdAt.toISOString(),
  }
}
