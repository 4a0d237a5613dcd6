// POST /api/events: the one route under /api that the gateway answers itself.
import { reportEvents } from '@techmart/contracts/event-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import type { FastifyPluginAsync } from 'fastify'
import { checkIdentity, limitRate } from '../edge-duties.ts'
import type { GatewayEvents } from '../events.ts'
import type { WebEvents } from '../web-events.ts'

export interface EventRoutesOptions {
  webEvents: WebEvents
  events: GatewayEvents
  requestsPerMinute: number
}

export const eventRoutes: FastifyPluginAsync<EventRoutesOptions> = async (app, options) => {
  const { webEvents, events, requestsPerMinute } = options
  // Counted apart from the store's requests: a page that tells much of itself can still sell.
  limitRate(app, { perMinute: requestsPerMinute, events })
  checkIdentity(app)

  addRoute(app as unknown as HttpApp, reportEvents, async (request, reply) => {
    for (const event of request.body.events) webEvents.reported(event)
    return reply.code(204).send(null)
  })
}
