// Stands in for the trace store: OTLP in on one port, Tempo's two calls out on the other. It has no telemetry of its own:
// what takes traces must not make any, and nobody should rely on it.
import type { Server } from 'node:http'
import { buildApi } from './api.ts'
import { readConfig } from './config.ts'
import { openHttpServer } from './http-server.ts'
import { buildIntake } from './intake.ts'
import { makeTraceStore } from './trace-store.ts'

const say = (message: string, more: object = {}): void =>
  console.log(JSON.stringify({ level: 'info', service: 'trace-stand-in', message, ...more }))

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

try {
  const config = readConfig(process.env)
  const store = makeTraceStore({
    maxBytes: config.MAX_BYTES,
    maxTraces: config.MAX_TRACES,
    maxTraceBytes: config.MAX_TRACE_BYTES,
  })
  const servers = [
    await openHttpServer(config.OTLP_PORT, buildIntake(store)),
    await openHttpServer(config.API_PORT, buildApi(store)),
  ]
  say('Standing in for the trace store: the last traces are kept in memory only.', { ...config })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      say(`${signal}: closing.`, store.contents())
      setTimeout(() => process.exit(0), 2000).unref()
      Promise.all(servers.map(close)).then(() => process.exit(0))
    })
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
