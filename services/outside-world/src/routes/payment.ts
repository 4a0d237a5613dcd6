import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { providerCharge, providerRefund } from '@techmart/contracts/outside-routes'
import type { FastifyReply } from 'fastify'
import type { OutsideWorldEvents } from '../events.ts'
import type { PaymentProvider, ProviderResult } from '../payment-provider.ts'
import type { TakeTime } from '../take-time.ts'

export interface PaymentRoutesOptions {
  provider: PaymentProvider
  events: OutsideWorldEvents
  takeTime: TakeTime
}

export const paymentRoutes: FastifyPluginAsyncTypebox<PaymentRoutesOptions> = async (app, options) => {
  const { provider, events, takeTime } = options

  app.post(providerCharge.path, { schema: providerCharge.schema }, async (request, reply) => {
    await takeTime('payment', request.body.country)
    const result = provider.charge(request.body)
    events.chargeAsked(request.body.chargeKey, request.body.country, result)
    return answer(reply, result)
  })

  app.post(providerRefund.path, { schema: providerRefund.schema }, async (request, reply) => {
    await takeTime('payment')
    const result = provider.refund(request.params.chargeKey)
    events.refundAsked(request.params.chargeKey, result)
    return answer(reply, result)
  })
}

function answer(reply: FastifyReply, result: ProviderResult): FastifyReply {
  switch (result.outcome) {
    case 'answered':
      return reply.code(200).send(result.charge)
    case 'failed':
      return reply.code(500).send({ error: 'internal', message: 'The payment provider failed; nothing was charged.' })
    case 'unknown-key':
      return reply.code(404).send({ error: 'not_found', message: 'No charge is known under this key.' })
    case 'reply-lost':
      // The caller sees a broken connection and cannot know whether it was charged. It was.
      reply.hijack()
      reply.raw.destroy()
      return reply
  }
}
