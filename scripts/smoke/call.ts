// What one call of the smoke is made of, and how its answer is judged: the status that was expected, and a body that has the shape
// that the contract promises for it.
import type { Method, RouteContract } from '@techmart/contracts/route'
import type { TSchema } from 'typebox'
import Value from 'typebox/value'

/** What earlier calls learned for the later ones. */
export type Seen = Map<string, string>

export interface Call {
  readonly expect: number
  /** Just as right. */
  readonly orExpect?: number
  /** Whose token it carries; none where absent. */
  readonly as?: 'user' | 'admin' | 'test'
  readonly params?: (seen: Seen) => Readonly<Record<string, string | number>>
  readonly query?: (seen: Seen) => Readonly<Record<string, string | number>>
  readonly headers?: (seen: Seen) => Readonly<Record<string, string>>
  readonly body?: (seen: Seen) => object
  // biome-ignore lint/suspicious/noExplicitAny: the contract's schema was checked before
  readonly keep?: (body: any, seen: Seen) => void
  /** Expected answers that mean "ask again": a declined card, a trace that is still on its way. */
  readonly againOn?: readonly number[]
  readonly pauseMs?: number
  /** A reason to leave it out just now. */
  readonly skip?: (seen: Seen) => string | undefined
  /** For pages: what the text must hold. */
  readonly holds?: RegExp
}

/** A route of contracts, or a page of the gateway's own that has no schema. */
export type SmokeRoute = Pick<RouteContract, 'path'> & {
  readonly method: Method
  readonly schema?: Pick<RouteContract['schema'], 'response'>
}

export const keyOf = ({ method, path }: SmokeRoute): string => `${method} ${path}`

export interface Outcome {
  readonly route: string
  readonly state: 'right' | 'wrong' | 'left out'
  readonly status?: number
  readonly ms?: number
  readonly words?: string
}

const tokens = { user: 'user-token-123', admin: 'admin-token-456', test: 'test-token-789' } as const
const tries = 20

export interface CallParts {
  readonly storeUrl: string
  readonly seen: Seen
  /** One answer must come within this. */
  readonly timeoutMs: number
}

/** Never throws: whatever goes wrong is the outcome. */
export async function makeCall(route: SmokeRoute, call: Call, parts: CallParts): Promise<Outcome> {
  const named = { route: keyOf(route) }
  try {
    const reason = call.skip?.(parts.seen)
    if (reason !== undefined) return { ...named, state: 'left out', words: reason }
    for (let tried = 1; ; tried++) {
      const { status, ms, text } = await send(route, call, parts)
      if (call.againOn?.includes(status) && tried < tries) {
        if (call.pauseMs) await new Promise(resolve => setTimeout(resolve, call.pauseMs))
        continue
      }
      const again = tried > 1 ? `after ${tried - 1} that had to be asked again` : undefined
      const problem = judge(route, call, status, text, parts.seen)
      const words = problem ?? again
      return { ...named, state: problem ? 'wrong' : 'right', status, ms, ...(words ? { words } : {}) }
    }
  } catch (error) {
    return { ...named, state: 'wrong', words: reasonOf(error) }
  }
}

async function send(route: SmokeRoute, call: Call, { storeUrl, seen, timeoutMs }: CallParts) {
  const url = new URL(storeUrl + fillPath(route.path, call.params?.(seen) ?? {}))
  for (const [name, value] of Object.entries(call.query?.(seen) ?? {})) url.searchParams.set(name, String(value))
  const body = call.body?.(seen)
  const startedAt = performance.now()
  const response = await fetch(url, {
    method: route.method,
    headers: {
      ...(call.as ? { authorization: `Bearer ${tokens[call.as]}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...call.headers?.(seen),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  return { status: response.status, ms: Math.round(performance.now() - startedAt), text }
}

const fillPath = (path: string, params: Readonly<Record<string, string | number>>): string =>
  path.replace(/:([A-Za-z]+)/g, (_whole, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`nothing is known of '${name}': the call before it failed`)
    return encodeURIComponent(String(value))
  })

/** What is wrong with an answer; undefined where nothing is. */
function judge(route: SmokeRoute, call: Call, status: number, text: string, seen: Seen): string | undefined {
  if (status !== call.expect && status !== call.orExpect) return `${call.expect} was expected: ${text.slice(0, 200)}`
  if (call.holds && !call.holds.test(text)) return `the page does not hold ${call.holds}`
  const schema = route.schema?.response[status]
  if (!route.schema || status === 204) {
    return status === 204 && text !== '' ? 'an answer without content has a body' : undefined
  }
  if (!schema) return `the contract knows no ${status}`
  const body: unknown = JSON.parse(text)
  const problem = findProblem(schema, body)
  if (problem) return `not the shape that the contract promises: ${problem}`
  call.keep?.(body, seen)
  return undefined
}

function findProblem(schema: TSchema, body: unknown): string | undefined {
  if (Value.Check(schema, body)) return undefined
  const [first] = Value.Errors(schema, body)
  return `${first?.instancePath || 'the body'} ${first?.message}`
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause as { code?: string } | undefined
  return cause?.code ?? error.message
}
