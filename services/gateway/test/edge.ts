// The gateway on a real socket, before an upstream that a test writes itself.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type Faults, noFaults } from '@techmart/platform/faults'
import type { ForeignRecord } from '@techmart/platform/foreign-log'
import type { ForeignSpan } from '@techmart/platform/foreign-trace'
import { buildMetrics, type Metrics } from '@techmart/platform/metrics'
import { fakeLog } from '@techmart/platform/testing'
import { buildApp } from '../src/app.ts'
import { type GatewayConfig, readConfig } from '../src/config.ts'
import { makeGatewayEvents } from '../src/events.ts'
import { makeProbe } from '../src/probe.ts'
import { openUpstream } from '../src/upstream.ts'
import { forEachUpstream, readUpstreamUrls } from '../src/upstreams.ts'
import { makeWebEvents } from '../src/web-events.ts'

export interface Edge {
  url: string
  metrics: Metrics
  /** What was written in the name of browsers. */
  webLines: ForeignRecord[]
  webSpans: ForeignSpan[]
  /** As the service closes when it stops; at the test's end at the latest. */
  close(): Promise<void>
}

export async function startEdge(
  t: TestContext,
  upstreams: { apiUrl?: string; usersUrl?: string; inventoryUrl?: string; labUrl?: string },
  settings: Partial<GatewayConfig> = {},
  upstreamFaults: Faults = noFaults,
): Promise<Edge> {
  const silentUrl = await findSilentUrl()
  const { apiUrl = silentUrl, usersUrl = silentUrl, inventoryUrl = silentUrl, labUrl = silentUrl } = upstreams
  const urls = { API_URL: apiUrl, USERS_URL: usersUrl, INVENTORY_URL: inventoryUrl, LAB_URL: labUrl }
  const config = { ...readConfig(urls), ...settings }
  const log = fakeLog()
  const metrics = buildMetrics()
  const webLines: ForeignRecord[] = []
  const webSpans: ForeignSpan[] = []
  const common = { timeoutMs: config.UPSTREAM_TIMEOUT_MS, faults: upstreamFaults, metrics }
  const baseUrls = readUpstreamUrls(config)
  const opened = forEachUpstream(name => openUpstream({ dependency: name, baseUrl: baseUrls[name], ...common }))
  const app = buildApp({
    config,
    log,
    metrics,
    faults: noFaults,
    events: makeGatewayEvents(metrics, log),
    webEvents: makeWebEvents(metrics, { write: line => webLines.push(line) }, { write: span => webSpans.push(span) }),
    upstreams: opened,
    probes: forEachUpstream(name => makeProbe({ dependency: name, baseUrl: baseUrls[name], metrics })),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = urlOf(app.server)
  const close = async () => {
    await app.close()
    await Promise.all(Object.values(opened).map(upstream => upstream[Symbol.asyncDispose]()))
  }
  t.after(async () => {
    app.server.closeAllConnections()
    await close()
  })
  return { url, metrics, webLines, webSpans, close }
}

export async function startUpstream(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return urlOf(server)
}

/** An address where nobody listens. */
export async function findSilentUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = urlOf(server)
  await new Promise(resolve => server.close(resolve))
  return url
}

export const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

export const lampOrder = {
  email: 'ada@techmart.example',
  country: 'BR',
  items: [{ productId: 11, quantity: 2 }],
}

export function checkout(edge: Edge, init: RequestInit = {}): Promise<Response> {
  return fetch(`${edge.url}/api/orders`, {
    method: 'POST',
    body: JSON.stringify(lampOrder),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  })
}

/** The value of one series, 0 where it does not exist. */
export async function seriesValue(
  metrics: Metrics,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const metric = await metrics.registry.getSingleMetric(name)?.get()
  const series = metric?.values.find(value =>
    Object.entries(labels).every(([label, wanted]) => String(value.labels[label]) === wanted),
  )
  return series?.value ?? 0
}
