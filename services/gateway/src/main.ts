import { followFaults } from '@techmart/platform/faults'
import { listen } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { makeGatewayEvents } from './events.ts'
import { makeProbe } from './probe.ts'
import { openUpstream } from './upstream.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'gateway', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const faults = opened.use(followFaults({ service: 'gateway', labUrl: config.LAB_URL, log }))
  const common = { timeoutMs: config.UPSTREAM_TIMEOUT_MS, faults, metrics }
  const api = opened.use(openUpstream({ dependency: 'api', baseUrl: config.API_URL, ...common }))
  const lab = opened.use(openUpstream({ dependency: 'lab', baseUrl: config.LAB_URL, ...common }))

  const app = buildApp({
    config,
    log,
    metrics,
    faults,
    events: makeGatewayEvents(metrics, log),
    upstreams: { api, lab },
    probes: {
      api: makeProbe({ dependency: 'api', baseUrl: config.API_URL, metrics }),
      lab: makeProbe({ dependency: 'lab', baseUrl: config.LAB_URL, metrics }),
    },
  })
  opened.use(await listen(app, config.PORT, { stopping }))
})
