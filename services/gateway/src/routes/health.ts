// /api/health: how the gateway and what it stands on are, for people and for `make status`. 503 when the shop cannot work.
import type { FastifyPluginAsync } from 'fastify'
import { type Probe, probeAll } from '../probe.ts'
import type { PerUpstream, UpstreamName } from '../upstreams.ts'

/** Without these nothing can be sold; without the others there is less to see. */
const needed: readonly UpstreamName[] = ['api', 'inventory']

export const healthRoutes: FastifyPluginAsync<{ probes: PerUpstream<Probe> }> = async (app, { probes }) => {
  app.get('/api/health', async (_request, reply) => {
    const dependencies = await probeAll(probes)
    const isDown = needed.some(name => dependencies[name].status === 'down')
    const isUp = Object.values(dependencies).every(({ status }) => status === 'up')
    return reply
      .code(isDown ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ service: 'gateway', status: isDown ? 'down' : isUp ? 'up' : 'degraded', dependencies })
  })
}
