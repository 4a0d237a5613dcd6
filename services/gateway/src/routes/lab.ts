// /lab: the lab's own service, for the people who run it. No journeys, and no rate limit: `make chaos` watches it closely.
import type { FastifyPluginAsync } from 'fastify'
import { checkIdentity } from '../edge-duties.ts'
import type { PassOn } from '../pass-on.ts'
import { takeBodiesAsTheyAre } from './raw-bodies.ts'

export const labRoutes: FastifyPluginAsync<{ passOn: PassOn; bodyLimitBytes: number }> = async (app, options) => {
  takeBodiesAsTheyAre(app)
  checkIdentity(app)
  app.all('/lab/*', { bodyLimit: options.bodyLimitBytes }, options.passOn)
}
