// The one way to the shop's services. Paths, parameters and answers are typed by the contracts, of which nothing but types
// comes here: their schemas would be most of the page's bytes.
import type { BodyOf, ParamsOf, QueryOf, ReplyOf, RouteContract } from '@techmart/contracts/route'
import { token } from '../shopper.ts'
import { tracedFetch } from '../telemetry/telemetry.ts'
import { ApiError } from './api-error.ts'

export interface Asked<R extends RouteContract> {
  readonly params?: ParamsOf<R>
  readonly query?: QueryOf<R>
  readonly body?: BodyOf<R>
  readonly headers?: Readonly<Record<string, string>>
  /** Ten seconds where nothing is said: the gateway has given up by then. */
  readonly timeoutMs?: number
}

type Success = 200 | 201 | 202
export type Answer<R extends RouteContract> = ReplyOf<R, Success & keyof R['schema']['response']>

/**
 * `call<typeof getProduct>('GET', '/api/products/:id', { params: { id: 7 } })`. Gives the body of a success; throws ApiError for
 * everything else.
 */
export async function call<R extends RouteContract>(
  method: R['method'],
  path: R['path'],
  { params, query, body, headers, timeoutMs = 10_000 }: Asked<R> = {},
): Promise<Answer<R>> {
  const filled = path.replace(/:(\w+)/g, (_, name) =>
    encodeURIComponent((params as Record<string, string>)[name] ?? ''),
  )
  const url = query ? `${filled}?${toQuery(query)}` : filled
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    const reply = await tracedFetch(path, url, {
      method,
      headers: {
        ...(token() && { authorization: `Bearer ${token()}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: limit,
    })
    const answer = await reply.json()
    if (reply.ok) return answer
    throw new ApiError(answer.error, answer)
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(limit.aborted ? 'timeout' : 'unreachable', {}, error)
  }
}

function toQuery(query: object): URLSearchParams {
  const text = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined) text.append(name, String(one))
  }
  return text
}
