import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { carrierQuote } from '@techmart/contracts/outside-routes'
import type { Carrier } from '../carrier.ts'
import type { OutsideWorldEvents } from '../events.ts'
import type { TakeTime } from '../take-time.ts'

export interface ShippingRoutesOptions {
  carrier: Carrier
  events: OutsideWorldEvents
  takeTime: TakeTime
}

export const shippingRoutes: FastifyPluginAsyncTypebox<ShippingRoutesOptions> = async (app, options) => {
  app.post(carrierQuote.path, { schema: carrierQuote.schema }, async (request, reply) => {
    const { country, pieces } = request.body
    await options.takeTime('carrier', country)
    const result = options.carrier.quote({ country, pieces })
    options.events.quoteAsked(country, pieces, result)
    if (result.outcome === 'failed') {
      return reply.code(503).send({ error: 'unavailable', message: 'The carrier gives no price at the moment.' })
    }
    return reply.code(200).send({ country, pieces, cents: result.cents })
  })
}
