// A service of its own process that does nothing but follow the lab's faults: `node follower-process.ts NAME LAB_URL`. Says its port.
import { defineRoute } from '@techmart/contracts/route'
import { followFaults } from '@techmart/platform/faults'
import { addRoute, buildHttpApp, listen } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import Type from 'typebox'

const [service = '', labUrl = ''] = process.argv.slice(2)
const log = buildLog({ service, level: 'error' })
const app = buildHttpApp({
  service,
  log,
  metrics: buildMetrics(),
  readiness: async () => ({ ready: true, dependencies: {} }),
  faults: followFaults({ service, labUrl, log }),
})
addRoute(
  app,
  defineRoute({
    method: 'GET',
    path: '/lamp',
    summary: 'A lamp.',
    schema: { response: { 200: Type.Object({ lit: Type.Boolean() }) } },
  }),
  async () => ({ lit: true }),
)
const { port } = await listen(app, 0)
process.stdout.write(`port ${port}\n`)
