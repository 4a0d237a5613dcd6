// /api: every public route of the contracts, and nothing else. Bodies are passed on as they came; the owner checks them.
import { type PublicService, publicRoutes } from '@techmart/contracts/public-routes'
import { notFound } from '@techmart/platform/refusals'
import type { FastifyPluginAsync } from 'fastify'
import { checkIdentity, limitRate } from '../edge-duties.ts'
import { countSilentJourneys } from '../edge-journeys.ts'
import type { GatewayEvents } from '../events.ts'
import type { PassOn } from '../pass-on.ts'
import { takeBodiesAsTheyAre } from './raw-bodies.ts'

export interface ApiRoutesOptions {
  passOn: Readonly<Record<PublicService, PassOn>>
  events: GatewayEvents
  requestsPerMinute: number
  bodyLimitBytes: number
}

export const apiRoutes: FastifyPluginAsync<ApiRoutesOptions> = async (app, options) => {
  const { passOn, events, requestsPerMinute, bodyLimitBytes } = options
  takeBodiesAsTheyAre(app)
  countSilentJourneys(app)
  // The limit comes before the token, so that guessing tokens is limited too.
  limitRate(app, { perMinute: requestsPerMinute, events })
  checkIdentity(app)

  for (const { service, route } of publicRoutes) {
    app.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodyLimitBytes ?? bodyLimitBytes,
      config: route.journey === undefined ? {} : { edgeJourney: route.journey },
      handler: passOn[service],
    })
  }

  app.all('/api/*', { bodyLimit: bodyLimitBytes }, async request => {
    throw notFound(`There is no ${request.method} under this path.`, { field: 'url' })
  })
}
