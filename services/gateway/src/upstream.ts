// Passes one request on over node:http, whose instrumentation makes the one CLIENT span and writes traceparent and baggage.
// Nothing is tried again: the edge cannot know whether it was done.
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as sendRequest } from 'node:http'
import type { Faults } from '@techmart/platform/faults'
import { dependencyUp, type Metrics } from '@techmart/platform/metrics'
import { UpstreamError, type UpstreamFailure } from '@techmart/platform/refusals'

export interface UpstreamRequest {
  method: string
  /** Path and query, as asked. */
  target: string
  headers: Record<string, string | string[]>
  body: Buffer | undefined
}

export interface UpstreamReply {
  status: number
  headers: IncomingHttpHeaders
  body: IncomingMessage
}

export interface Upstream extends Disposable {
  readonly dependency: string
  /** Throws UpstreamError when there is no reply within the time limit; the body has as long again. */
  send(request: UpstreamRequest): Promise<UpstreamReply>
}

export interface UpstreamOptions {
  dependency: string
  baseUrl: string
  timeoutMs: number
  faults: Faults
  metrics: Metrics
}

export function openUpstream({ dependency, baseUrl, timeoutMs, faults, metrics }: UpstreamOptions): Upstream {
  const { hostname, port } = new URL(baseUrl)
  // An idle connection is given up before our services would close it (after 5 s): one that closes while it is reused is a
  // failed request. Without a timeout of its own the agent does not heed what a server says of keeping alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 64, timeout: 4_000 })
  const up = dependencyUp(metrics)

  function fail(kind: UpstreamFailure, message: string, cause?: unknown): UpstreamError {
    up.set({ dependency }, 0)
    return new UpstreamError(message, { kind, dependency, cause })
  }

  function ask({ method, target, headers, body }: UpstreamRequest): Promise<UpstreamReply> {
    return new Promise((resolve, reject) => {
      // An empty body is said to be empty; without the header a POST would be sent in chunks.
      const length = body || !bodiless.has(method) ? { 'content-length': String(body?.length ?? 0) } : {}
      const request = sendRequest({ hostname, port, method, path: target, headers: { ...headers, ...length }, agent })
      const silent = () => fail('timeout', `${dependency} did not answer within ${timeoutMs} ms.`)
      let timer = setTimeout(() => request.destroy(silent()), timeoutMs)

      request.once('response', reply => {
        up.set({ dependency }, 1)
        clearTimeout(timer)
        timer = setTimeout(() => reply.destroy(silent()), timeoutMs)
        reply.once('close', () => clearTimeout(timer))
        resolve({ status: reply.statusCode ?? 502, headers: reply.headers, body: reply })
      })
      request.once('error', error => {
        clearTimeout(timer)
        reject(error instanceof UpstreamError ? error : fail(failureOf(error), `${dependency} did not answer.`, error))
      })
      request.end(body)
    })
  }

  return {
    dependency,
    async send(request) {
      await faults.strike('http-client', { target: dependency })
      return ask(request)
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS'])

/** Codes that say that the request cannot have arrived. A stopped container's name is no longer known. */
const refusedCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

function failureOf(error: Error): UpstreamFailure {
  return 'code' in error && refusedCodes.has(String(error.code)) ? 'refused' : 'reset'
}
