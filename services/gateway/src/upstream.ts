// Passes one request on over node:http, whose instrumentation makes the one CLIENT span and writes traceparent and baggage.
// Only what never left is sent again, to another replica: where no connection came about, nothing can have been done. Of all else
// the edge cannot know whether it was done.
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as sendRequest } from 'node:http'
import type { Faults } from '@techmart/platform/faults'
import { dependencyUp, type Metrics } from '@techmart/platform/metrics'
import { UpstreamError, type UpstreamFailure } from '@techmart/platform/refusals'
import { type Lookup, openReplicas, type Replica } from './replicas.ts'

export interface UpstreamRequest {
  method: string
  /** Path and query, as asked. */
  target: string
  headers: Record<string, string | string[]>
  body: Buffer | undefined
  /** The caller waits no longer: what a fault still holds is not sent. What was sent goes on, to be counted by what became of it. */
  signal?: AbortSignal
}

export interface UpstreamReply {
  status: number
  headers: IncomingHttpHeaders
  body: IncomingMessage
}

/** Closing it waits for what was sent: it is counted by what became of it, whether or not somebody still waits for it. */
export interface Upstream extends AsyncDisposable {
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
  /** The machine's own by default. */
  lookup?: Lookup
}

/** Whoever is there answers a connection in a millisecond; the address of a stopped container answers nothing at all for three seconds. */
const connectWithinMs = 1_000

export function openUpstream({ dependency, baseUrl, timeoutMs, faults, metrics, lookup }: UpstreamOptions): Upstream {
  const { hostname, port } = new URL(baseUrl)
  const replicas = openReplicas(hostname, lookup)
  const up = dependencyUp(metrics)
  /** Sent, and not read to the end. Streams are not among them: they have none. */
  const underway = new Set<ClientRequest>()

  function fail(kind: UpstreamFailure, message: string, cause?: unknown): UpstreamError {
    up.set({ dependency }, 0)
    return new UpstreamError(message, { kind, dependency, cause })
  }

  function ask({ method, target, headers, body }: UpstreamRequest, replica: Replica, deadline: number): Promise<Sent> {
    return new Promise((resolve, reject) => {
      // An empty body is said to be empty; without the header a POST would be sent in chunks.
      const length = body || !bodiless.has(method) ? { 'content-length': String(body?.length ?? 0) } : {}
      const request = sendRequest({
        hostname,
        port,
        method,
        path: target,
        headers: { ...headers, ...length },
        agent: replica.agent,
      })
      underway.add(request)
      request.once('close', () => underway.delete(request))
      const silent = () => fail('timeout', `${dependency} did not answer within ${timeoutMs} ms.`)
      let timer = setTimeout(() => request.destroy(silent()), deadline - performance.now())
      let connected = false
      let connecting: NodeJS.Timeout | undefined

      request.once('socket', socket => {
        connected = !socket.connecting
        if (connected) return
        connecting = setTimeout(
          () => request.destroy(new Error(`no connection in ${connectWithinMs} ms`)),
          connectWithinMs,
        )
        socket.once('connect', () => {
          connected = true
          clearTimeout(connecting)
        })
      })
      request.once('response', reply => {
        up.set({ dependency }, 1)
        // It drains. A connection that has not been accepted when its door closes is cut off, and nobody could tell whether it was read.
        if (reply.headers.connection === 'close') replicas.letGo(replica)
        clearTimeout(timer)
        if (isEventStream(reply)) underway.delete(request)
        else timer = setTimeout(() => reply.destroy(silent()), timeoutMs)
        reply.once('close', () => clearTimeout(timer))
        resolve({ reply: { status: reply.statusCode ?? 502, headers: reply.headers, body: reply } })
      })
      request.once('error', error => {
        clearTimeout(timer)
        clearTimeout(connecting)
        if (error instanceof UpstreamError) reject(error)
        else if (connected) reject(fail('reset', `${dependency} did not answer.`, error))
        else resolve({ refusal: error })
      })
      request.end(body)
    })
  }

  /** Each replica once at most. */
  async function askInTurn(request: UpstreamRequest, deadline: number): Promise<UpstreamReply> {
    let refusal: unknown
    for (const replica of await replicas.inTurn().catch(noReplicas)) {
      const sent = await ask(request, replica, deadline)
      if (sent.reply) return sent.reply
      refusal = sent.refusal
      replicas.keepOut(replica)
    }
    throw fail('refused', `${dependency} did not answer.`, refusal)
  }

  // A stopped container's name is no longer known.
  function noReplicas(error: unknown): never {
    throw fail('refused', `${dependency} did not answer.`, error)
  }

  return {
    dependency,
    async send(request) {
      const { signal } = request
      const deadline = performance.now() + timeoutMs
      if (faults.areActive()) {
        await faults.strike('http-client', { target: dependency, limitMs: timeoutMs, ...(signal && { signal }) })
      }
      return askInTurn(request, deadline)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...underway].map(request => new Promise(resolve => request.once('close', resolve))))
      replicas[Symbol.dispose]()
    },
  }
}

/** A refusal: no connection came about, so that nothing was sent. */
type Sent = { readonly reply: UpstreamReply } | { readonly reply?: never; readonly refusal: unknown }

/** Its body has no end: it lasts as long as somebody reads it. */
export const isEventStream = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('text/event-stream') ?? false

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS'])
