// Begins to answer, and ends without losing a request: readiness off and `connection: close` first, a wait until whoever probes
// has seen it, then no new connections, and the requests in flight come to their end.

import type { AddressInfo } from 'node:net'
import type { HttpApp } from './http-app.ts'
import { beginDraining } from './http-health.ts'
import { delay } from './wait.ts'

export interface ListenOptions {
  /** Draining begins when this is aborted: the signal that runUntilStopped hands out. */
  readonly stopping?: AbortSignal
  /** Time between readiness off and the last new connection: two probe intervals; 1 s by default. */
  readonly drainWaitMs?: number
}

export interface Listening extends AsyncDisposable {
  /** The port it got, where 0 was asked for. */
  readonly port: number
}

/** Listens on all interfaces; rejects when the port is taken. Closing it drains. */
export async function listen(app: HttpApp, port: number, options: ListenOptions = {}): Promise<Listening> {
  const { stopping, drainWaitMs = 1_000 } = options
  let drainingSince: number | undefined
  const drain = () => {
    drainingSince ??= performance.now()
    beginDraining(app)
  }
  await app.listen({ port, host: '0.0.0.0' })
  if (stopping?.aborted) drain()
  stopping?.addEventListener('abort', drain, { once: true })
  return {
    port: (app.server.address() as AddressInfo).port,
    [Symbol.toStringTag]: `HTTP server on port ${port}`,
    [Symbol.asyncDispose]: async () => {
      drain()
      await delay(drainWaitMs - (performance.now() - (drainingSince ?? 0)))
      await app.close()
    },
  } as Listening
}
