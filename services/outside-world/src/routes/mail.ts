import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { providerMail } from '@techmart/contracts/outside-routes'
import type { OutsideWorldEvents } from '../events.ts'
import type { MailProvider } from '../mail-provider.ts'
import type { TakeTime } from '../take-time.ts'

export interface MailRoutesOptions {
  provider: MailProvider
  events: OutsideWorldEvents
  takeTime: TakeTime
}

export const mailRoutes: FastifyPluginAsyncTypebox<MailRoutesOptions> = async (app, options) => {
  app.post(providerMail.path, { schema: providerMail.schema }, async (request, reply) => {
    const { messageKey, template } = request.body
    await options.takeTime('mail')
    const result = options.provider.send(messageKey)
    options.events.mailAsked(messageKey, template, result)
    if (result.outcome === 'failed') {
      return reply.code(503).send({ error: 'unavailable', message: 'The mail provider cannot send at the moment.' })
    }
    return reply.code(202).send({ messageKey, status: 'accepted' })
  })
}
