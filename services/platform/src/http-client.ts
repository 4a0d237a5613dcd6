// Calls to other services by their contracts. An answer is a value whatever its status; no answer is an UpstreamError that says
// whether the call may have been carried out. The undici instrumentation makes the CLIENT span and carries the context.
import { type ParamsOf, pathOf, type QueryOf, type RouteContract } from '@techmart/contracts/route'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { type CircuitCall, type CircuitOptions, makeCircuit } from './circuit.ts'
import { findCountry } from './fault-scope.ts'
import { type Faults, noFaults } from './faults.ts'
import type { Log } from './log.ts'
import { dependencyUp, type Metrics } from './metrics.ts'
import { UpstreamError, type UpstreamFailure } from './refusals.ts'

export interface CallOf<R extends RouteContract> {
  readonly params?: ParamsOf<R>
  readonly query?: Partial<QueryOf<R>>
  readonly body?: R['schema']['body'] extends TSchema ? Static<R['schema']['body']> : never
  readonly headers?: Readonly<Record<string, string>>
}

export interface CallOptions extends CircuitCall {
  /** Shorter or longer than the client's own limit, in milliseconds. */
  readonly timeoutMs?: number
  /** Gives up when aborted, with kind `timeout`. */
  readonly signal?: AbortSignal
}

/** One of the answers that the contract declares: switch on `status` and `body` has its type. */
export type AnswersOf<R extends RouteContract> = {
  [S in keyof R['schema']['response'] & number]: {
    readonly status: S
    readonly body: R['schema']['response'][S] extends TSchema ? Static<R['schema']['response'][S]> : never
  }
}[keyof R['schema']['response'] & number]

export interface HttpClient {
  /** Throws UpstreamError when there is no answer, or one that the contract does not know. Does not throw on 4xx and 5xx. */
  call<R extends RouteContract>(route: R, request: CallOf<R>, options?: CallOptions): Promise<AnswersOf<R>>
  /** True while the circuit refuses, and a call would throw CircuitOpenError at once. */
  isRefusing(): boolean
  /** False from the moment the circuit opens until a call has been answered; true without a circuit. */
  isTrusted(): boolean
}

export interface HttpClientOptions {
  readonly baseUrl: string
  readonly timeoutMs: number
  /** Name for logs, metrics and faults: the host that is called, `payments`. */
  readonly dependency: string
  readonly metrics: Metrics
  readonly faults?: Faults
  /** Stops asking for some seconds when most calls fail; without it every call is made. */
  readonly circuit?: HttpCircuitOptions
}

export interface HttpCircuitOptions extends Pick<CircuitOptions, 'openMs'> {
  readonly log: Log
  /**
   * Whether 5xx answers speak against the dependency as no answer does. Right for a provider at the edge of our world; a
   * service of ours that says so has a circuit of its own for what it stands on.
   */
  readonly countsServerErrors?: boolean
}

/** A client of one service. Sets dependency_up{dependency}: 1 after any answer, 0 after none. */
export function makeHttpClient(options: HttpClientOptions): HttpClient {
  const { baseUrl, dependency, faults = noFaults } = options
  const up = dependencyUp(options.metrics)
  const circuit = options.circuit && openCircuit(options, options.circuit)

  const ask: HttpClient['call'] = async (route, request, callOptions = {}) => {
    const timeoutMs = callOptions.timeoutMs ?? options.timeoutMs
    const limit = AbortSignal.timeout(timeoutMs)
    const signal = callOptions.signal ? AbortSignal.any([limit, callOptions.signal]) : limit
    const fail = (kind: UpstreamFailure, words: string, cause?: unknown) =>
      new UpstreamError(`${dependency} ${words} (${route.method} ${route.path})`, { kind, dependency, cause })
    try {
      if (faults.areActive()) {
        const country = findCountry(request.body, request.query)
        await faults.strike('http-client', { target: dependency, signal, country })
      }
      const response = await fetch(toUrl(baseUrl, route, request), {
        method: route.method,
        signal,
        redirect: 'manual',
        headers: {
          ...request.headers,
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      })
      const text = await response.text()
      up.set({ dependency }, 1)
      return readAnswer(route, response.status, text, fail)
    } catch (error) {
      if (error instanceof UpstreamError && error.kind === 'bad-answer') throw error
      const kind = signal.aborted ? 'timeout' : failureOf(error)
      if (!callOptions.signal?.aborted) up.set({ dependency }, 0)
      throw fail(kind, kind === 'timeout' ? `did not answer within ${timeoutMs} ms` : wordsOf[kind], error)
    }
  }

  return {
    call: circuit ? (route, request, options) => circuit.run(() => ask(route, request, options), options) : ask,
    isRefusing: circuit ? circuit.isRefusing : () => false,
    isTrusted: circuit ? circuit.isClosed : () => true,
  }
}

function openCircuit({ dependency, metrics }: HttpClientOptions, options: HttpCircuitOptions) {
  const { log, openMs, countsServerErrors = false } = options
  return makeCircuit({
    dependency,
    metrics,
    log,
    ...(openMs === undefined ? {} : { openMs }),
    isFailure: error => error instanceof UpstreamError,
    isFailedAnswer: answer => countsServerErrors && (answer as { status: number }).status >= 500,
  })
}

const wordsOf: Readonly<Record<UpstreamFailure, string>> = {
  refused: 'cannot be reached',
  reset: 'cut the connection before its answer was complete',
  timeout: 'did not answer in time',
  'bad-answer': 'answered what its contract does not know',
}

function toUrl(baseUrl: string, route: RouteContract, request: CallOf<RouteContract>): URL {
  const url = new URL(pathOf(route, request.params as Record<string, string | number>), baseUrl)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

type Fail = (kind: UpstreamFailure, words: string, cause?: unknown) => UpstreamError

function readAnswer<R extends RouteContract>(route: R, status: number, text: string, fail: Fail): AnswersOf<R> {
  const schema = route.schema.response[status]
  if (schema === undefined) throw fail('bad-answer', `answered ${status}, which its contract does not know`)
  let body: unknown = null
  try {
    if (text !== '') body = JSON.parse(text)
  } catch (error) {
    throw fail('bad-answer', `answered ${status} with something that is not JSON`, error)
  }
  // Refusals are believed as they are: a service that is in trouble need not be perfect about it.
  if (status < 300 && !checkerOf(schema).Check(body)) {
    throw fail('bad-answer', `answered ${status} with another body than its contract says`)
  }
  return { status, body } as AnswersOf<R>
}

const checkers = new WeakMap<TSchema, { Check(value: unknown): boolean }>()
function checkerOf(schema: TSchema): { Check(value: unknown): boolean } {
  let checker = checkers.get(schema)
  if (checker === undefined) {
    checker = Compile(schema)
    checkers.set(schema, checker)
  }
  return checker
}

/** Codes under which nothing can have been done: no connection came about. */
const refusedCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function failureOf(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamError) return error.kind
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at ? String(at.code) : ''
    if (refusedCodes.has(code)) return 'refused'
    if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'ETIMEDOUT') return 'timeout'
  }
  return 'reset'
}
