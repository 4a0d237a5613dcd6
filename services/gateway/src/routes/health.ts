// /api/health: how the gateway and what it stands on are, for people and for `make status`. 503 when the shop cannot work.
import type { FastifyPluginAsync } from 'fastify'
import type { Probe } from '../probe.ts'

export interface HealthRoutesOptions {
  /** By the dependency's name. Without api there is no shop; without the lab there is. */
  probes: { api: Probe; lab: Probe }
}

export const healthRoutes: FastifyPluginAsync<HealthRoutesOptions> = async (app, { probes }) => {
  app.get('/api/health', async (_request, reply) => {
    const [api, lab] = await Promise.all([probes.api(), probes.lab()])
    const all = [api.status, lab.status]
    const status = api.status === 'down' ? 'down' : all.every(one => one === 'up') ? 'up' : 'degraded'
    return reply
      .code(status === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ service: 'gateway', status, dependencies: { api, lab } })
  })
}
