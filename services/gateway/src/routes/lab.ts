// /lab: the lab's own service, for the people who run it. No journeys, and no rate limit: `make chaos` watches it closely.
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { checkIdentity } from '../edge-duties.ts'
import type { PassOn } from '../pass-on.ts'
import { takeBodiesAsTheyAre } from './raw-bodies.ts'

export const labRoutes: FastifyPluginAsync<{ passOn: PassOn; bodyLimitBytes: number }> = async (app, options) => {
  takeBodiesAsTheyAre(app)
  checkIdentity(app)
  endStreams(app)
  app.all('/lab/*', { bodyLimit: options.bodyLimitBytes }, options.passOn)
}

/** Nobody waits at the end for those who watch incidents: they come again, to whoever answers then. */
function endStreams(app: FastifyInstance): void {
  const streams = new Set<ServerResponse>()
  app.addHook('onSend', async (_request, reply) => {
    if (!String(reply.getHeader('content-type')).startsWith('text/event-stream')) return
    streams.add(reply.raw)
    reply.raw.once('close', () => streams.delete(reply.raw))
  })
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.destroy()
  })
}
