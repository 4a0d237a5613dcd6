// /api/health: how the gateway and what it stands on are, for people and for `make status`.
import { getHealth } from '@techmart/contracts/health-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import type { FastifyPluginAsync } from 'fastify'
import { type Health, type Probe, probeAll } from '../probe.ts'
import type { PerUpstream } from '../upstreams.ts'

export const healthRoutes: FastifyPluginAsync<{ probes: PerUpstream<Probe> }> = async (app, { probes }) => {
  addRoute(app as unknown as HttpApp, getHealth, async (_request, reply) => {
    const dependencies = await probeAll(probes)
    const isUp = Object.values(dependencies).every(({ status }) => status === 'up')
    const status = cannotWork(dependencies.api) ? 'down' : isUp ? 'up' : 'degraded'
    return reply
      .code(status === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ service: 'gateway', status, dependencies })
  })
}

/** Without api or its database nothing can be shown and nothing sold; without anything else there is less of a shop. */
const cannotWork = (api: Health): boolean => api.status === 'down' || api.dependencies?.postgres === 'down'
