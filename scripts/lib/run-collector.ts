// The collector alone, with the lab's own configuration and three small stores that remember what reaches them. It listens on
// ports of this machine's loopback that are free, so that a running lab is not disturbed.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from './free-port.ts'
import { findComposeService, rootFolder, runDocker } from './images.ts'

/** What one store was sent, as text; searching it for a word is all that most tests want. */
export interface Store {
  readonly bodies: string[]
}

export interface RunningCollector {
  readonly traces: Store
  readonly logs: Store
  readonly metrics: Store
  /** Sends OTLP in JSON and gives the status of the answer. */
  send(signal: 'traces' | 'logs' | 'metrics', body: unknown): Promise<number>
  /** The collector's figures about itself. */
  figures(): Promise<string>
  /** Where Docker's fluentd logging driver delivers. */
  readonly containerOutputAddress: string
}

async function listen(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

async function startStore(t: TestContext): Promise<Store & { port: number }> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString())
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  return { bodies, port: await listen(t, server) }
}

export async function eventually(check: () => void | Promise<void>, { withinMs }: { withinMs: number }): Promise<void> {
  for (const end = Date.now() + withinMs; ; await sleep(200)) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw error
    }
  }
}

/** `traceStoreIsAway`: nobody listens where traces are stored. */
export async function startCollector(
  t: TestContext,
  options: { traceStoreIsAway?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<RunningCollector> {
  const [traces, logs, metrics] = [await startStore(t), await startStore(t), await startStore(t)]
  const [otlp, health, own, fluent, nobody] = await Promise.all(Array.from({ length: 5 }, () => findFreePort()))
  const at = (port: number | undefined) => `http://127.0.0.1:${port}`
  const changes = [
    `extensions::health_check::endpoint: 127.0.0.1:${health}`,
    `receivers::otlp::protocols::http::endpoint: 127.0.0.1:${otlp}`,
    `receivers::fluent_forward::endpoint: 127.0.0.1:${fluent}`,
    `exporters::otlp_http/tempo::endpoint: ${at(options.traceStoreIsAway ? nobody : traces.port)}`,
    `exporters::otlp_http/loki: {endpoint: "${at(logs.port)}", encoding: json}`,
    `exporters::otlp_http/prometheus: {endpoint: "${at(metrics.port)}", encoding: json}`,
    `service::telemetry::metrics::readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: ${own}, without_scope_info: true, without_type_suffix: true, without_units: true}}}}]`,
  ]
  const { image, command = [] } = await findComposeService('otel-collector')
  const env = Object.entries({ TRACE_STORE_ENCODING: 'json', ...options.env })
  const started = await runDocker([
    ...['run', '-d', '--network', 'host', '--read-only', '--tmpfs', '/var/lib/otelcol/queue:mode=1777'],
    ...['-v', `${rootFolder}/collector:/etc/otelcol-contrib:ro`],
    ...env.flatMap(([name, value]) => ['-e', `${name}=${value}`]),
    ...[image, ...command, ...changes.map(change => `--config=yaml:${change}`)],
  ])
  assert.equal(started.code, 0, started.output)
  const container = started.output.trim()
  t.after(() => runDocker(['rm', '-f', container]))
  try {
    await eventually(async () => assert.ok((await fetch(at(health))).ok), { withinMs: 20_000 })
  } catch (cause) {
    throw new Error(`The collector did not start:\n${(await runDocker(['logs', container])).output}`, { cause })
  }
  return {
    traces,
    logs,
    metrics,
    async send(signal, body) {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${at(otlp)}/v1/${signal}`, { method: 'POST', headers, body: JSON.stringify(body) })
      await answer.arrayBuffer()
      return answer.status
    },
    figures: async () => (await fetch(`${at(own)}/metrics`)).text(),
    containerOutputAddress: `127.0.0.1:${fluent}`,
  }
}
