// A route is declared once, here in contracts: the service that owns it registers from it, the gateway learns from it which
// journey failed when the service is silent, and callers take paths and types from it.
import type { Static, TSchema } from 'typebox'
import type { Role } from './identity.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** JSON schemas of one route, in the words Fastify uses. `response` maps a status code to the body's schema. */
export interface RouteSchema {
  readonly params?: TSchema
  readonly querystring?: TSchema
  readonly headers?: TSchema
  readonly body?: TSchema
  readonly response: Readonly<Record<number, TSchema>>
}

/**
 * What a role may do with a route. `none`: refused before the body is read. `own`: only what is the caller's own, or (for the
 * role `test`) one customer's that it names; the handler judges. `all`: anybody's.
 */
export type Right = 'all' | 'own' | 'none'
export type Access = Readonly<Record<Role, Right>>

/** No token is needed, and none makes a difference. */
export const anyone: Access = { anonymous: 'all', user: 'all', admin: 'all', test: 'all' }
/** The people who run the shop; traffic and tests stand in for them. */
export const staff: Access = { anonymous: 'none', user: 'none', admin: 'all', test: 'all' }
export const adminAlone: Access = { anonymous: 'none', user: 'none', admin: 'all', test: 'none' }

export interface RouteContract {
  readonly method: Method
  /** Fastify's notation: `/api/products/:id`. */
  readonly path: string
  /** One sentence for the API documentation. */
  readonly summary: string
  /**
   * The critical user journey that one request of this route is one event of. This word is all that a new journey needs:
   * its span, metrics, SLO, alerts and dashboard rows follow from it.
   */
  readonly journey?: string
  /** Who may; every public route says it (docs/rights.md). Absent on routes between services. */
  readonly access?: Access
  /** Largest body in bytes; the platform's default where absent. */
  readonly bodyLimitBytes?: number
  readonly schema: RouteSchema
}

/** Keeps the literal types of a route, so that handlers and clients are typed by its schemas. */
export const defineRoute = <const R extends RouteContract>(route: R): R => route

export type BodyOf<R extends RouteContract> = R['schema']['body'] extends TSchema
  ? Static<R['schema']['body']>
  : undefined
export type ParamsOf<R extends RouteContract> = R['schema']['params'] extends TSchema
  ? Static<R['schema']['params']>
  : Record<string, never>
export type QueryOf<R extends RouteContract> = R['schema']['querystring'] extends TSchema
  ? Static<R['schema']['querystring']>
  : Record<string, never>
export type ReplyOf<
  R extends RouteContract,
  Status extends keyof R['schema']['response'],
> = R['schema']['response'][Status] extends TSchema ? Static<R['schema']['response'][Status]> : never

/** Fills a route's path: `pathOf(getProduct, { id: 7 })` is `/api/products/7`. Throws when a parameter is missing. */
export function pathOf(route: RouteContract, params: Readonly<Record<string, string | number>> = {}): string {
  return route.path.replace(/:([A-Za-z]+)/g, (_whole, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`${route.method} ${route.path} needs the parameter '${name}'.`)
    return encodeURIComponent(String(value))
  })
}
