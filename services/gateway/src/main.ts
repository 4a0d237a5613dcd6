import { followFaults } from '@techmart/platform/faults'
import { openForeignLog } from '@techmart/platform/foreign-log'
import { openForeignTrace } from '@techmart/platform/foreign-trace'
import { listen } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { runUntilStopped } from '@techmart/platform/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { makeGatewayEvents } from './events.ts'
import { makeProbe } from './probe.ts'
import { openUpstream } from './upstream.ts'
import { forEachUpstream, readUpstreamUrls } from './upstreams.ts'
import { makeWebEvents } from './web-events.ts'

const config = readConfig(process.env)
const log = buildLog({ service: 'gateway', level: config.LOG_LEVEL })

await runUntilStopped({ log, limitMs: config.STOP_TIMEOUT_MS }, async (opened, stopping) => {
  const metrics = buildMetrics()
  const faults = opened.use(followFaults({ service: 'gateway', labUrl: config.LAB_URL, log }))
  const common = { timeoutMs: config.UPSTREAM_TIMEOUT_MS, faults, metrics }
  const urls = readUpstreamUrls(config)

  const app = buildApp({
    config,
    log,
    metrics,
    faults,
    events: makeGatewayEvents(metrics, log),
    webEvents: makeWebEvents(metrics, opened.use(openForeignLog('web')), opened.use(openForeignTrace('web'))),
    upstreams: forEachUpstream(name => opened.use(openUpstream({ dependency: name, baseUrl: urls[name], ...common }))),
    probes: forEachUpstream(name => makeProbe({ dependency: name, baseUrl: urls[name], metrics })),
  })
  opened.use(await listen(app, config.PORT, { stopping }))
})
