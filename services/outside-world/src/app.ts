// Deliberately not platform's buildHttpApp: a provider has no /metrics, no journeys and no faults of ours.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Carrier } from './carrier.ts'
import type { OutsideWorldEvents } from './events.ts'
import type { MailProvider } from './mail-provider.ts'
import type { PaymentProvider } from './payment-provider.ts'
import { mailRoutes } from './routes/mail.ts'
import { paymentRoutes } from './routes/payment.ts'
import { shippingRoutes } from './routes/shipping.ts'
import type { TakeTime } from './take-time.ts'

export interface OutsideWorldDeps {
  events: OutsideWorldEvents
  payment: PaymentProvider
  mail: MailProvider
  carrier: Carrier
  takeTime: TakeTime
}

export function buildApp(deps: OutsideWorldDeps): FastifyInstance {
  const { events, takeTime } = deps
  const app = Fastify({
    bodyLimit: 16_384,
    keepAliveTimeout: 5_000,
    // An unknown field is an error here as everywhere, never silently removed.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500
    return reply
      .code(status)
      .send(
        status < 500
          ? { error: 'invalid', message: error.message }
          : { error: 'internal', message: 'The provider failed.' },
      )
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'not_found', message: 'There is nothing here.' }),
  )
  app.get('/health', async () => ({ service: 'outside-world', status: 'up' }))
  app.register(paymentRoutes, { provider: deps.payment, events, takeTime })
  app.register(mailRoutes, { provider: deps.mail, events, takeTime })
  app.register(shippingRoutes, { carrier: deps.carrier, events, takeTime })
  return app
}
