// The HTTP side of every service: limits, one shape of errors, health, metrics, journeys and faults, so that a service's own
// app.ts holds nothing but its routes.
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { context } from '@opentelemetry/api'
import { getRPCMetadata, RPCType } from '@opentelemetry/core'
import type { BodyOf, ParamsOf, QueryOf, RouteContract } from '@techmart/contracts/route'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Faults } from './faults.ts'
import { enforceAccess } from './http-access.ts'
import { answerErrors } from './http-errors.ts'
import { strikeRequests } from './http-faults.ts'
import { addHealthRoutes, type Readiness } from './http-health.ts'
import { runJourneys } from './http-journeys.ts'
import { countRequests } from './http-metrics.ts'
import { toOriginForm } from './http-target.ts'
import { limitHandling } from './http-time-limit.ts'
import { answerBrokenRequest, answerUnroutable } from './http-unroutable.ts'
import { useStrictBodies } from './http-validation.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

export type { Readiness } from './http-health.ts'
export { type Listening, type ListenOptions, listen } from './http-listen.ts'
export { signalOf } from './http-time-limit.ts'

export type HttpApp = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

export interface HttpAppOptions {
  /** Name of the service, as in `service.name`. */
  readonly service: string
  readonly log: Log
  readonly metrics: Metrics
  /** Asked by /ready and /health; should answer within a second. */
  readonly readiness: () => Promise<Readiness>
  readonly faults?: Faults
  /** A request that takes longer is answered 504 `timeout`; 8 s by default. The gateway waits 10 s. */
  readonly requestTimeoutMs?: number
  /** True at the edge alone: strangers call it, and none of them names the request. */
  readonly isEdge?: boolean
  /** Largest body of a route that says nothing else; 64 KiB by default. */
  readonly bodyLimitBytes?: number
}

/** Builds the app; no I/O. Register routes with addRoute, then start it with listen. */
export function buildHttpApp(options: HttpAppOptions): HttpApp {
  const app: HttpApp = Fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes ?? 65_536,
    // A socket idle for longer is closed. With Fastify's default of 72 s, close() waits that long for it.
    keepAliveTimeout: 5_000,
    // Time for a whole request to arrive, body included.
    requestTimeout: 15_000,
    return503OnClosing: false,
    // One id from the edge inwards, so that what a shopper was told is found in every service's log.
    genReqId: ({ headers }) => (options.isEdge ? undefined : readRequestId(headers)) ?? crypto.randomUUID(),
    // A HEAD would be an event of its GET's journey that no customer made.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 200 },
    rewriteUrl: toOriginForm,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<TypeBoxTypeProvider>()
  // Callers are told "5 s" and leave first; a socket that is closed while a busy caller reuses it is a failed request.
  app.server.keepAliveTimeoutBuffer = 5_000
  // Bodies are JSON; text is refused like every other type.
  app.removeContentTypeParser('text/plain')
  useStrictBodies(app)
  nameRoutes(app)
  countRequests(app, options.metrics)
  limitHandling(app, options.requestTimeoutMs ?? 8_000)
  runJourneys(app)
  // The edge's own routes are open to all, and the identity headers it receives are a stranger's.
  if (!options.isEdge) enforceAccess(app)
  if (options.faults) strikeRequests(app, options.faults, { isEdge: options.isEdge ?? false })
  answerErrors(app, options.log)
  addHealthRoutes(app, options)
  return app
}

function readRequestId(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-request-id']
  return typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id) ? id : undefined
}

/** What a handler of the route is given. `request.query`, `params` and `body` have the types of the contract. */
export type RequestOf<R extends RouteContract> = FastifyRequest<{
  Params: ParamsOf<R>
  Querystring: QueryOf<R>
  Body: BodyOf<R>
  Headers: R['schema']['headers'] extends TSchema ? Static<R['schema']['headers']> : IncomingHttpHeaders
}>

/** Any body that the contract knows, of any status. */
export type AnswerOf<R extends RouteContract> = {
  [S in keyof R['schema']['response']]: R['schema']['response'][S] extends TSchema
    ? Static<R['schema']['response'][S]>
    : never
}[keyof R['schema']['response']]

/**
 * Registers a route of contracts. The handler returns the body (200, or what `reply.code()` was given) or the reply it has sent;
 * it throws Refusal for expected refusals. Who has no right by the contract never gets there. A route with a journey makes one
 * event a request, refusals before the handler included, and answers with the header `x-techmart-journey: counted`.
 */
export function addRoute<R extends RouteContract>(
  app: HttpApp,
  route: R,
  handler: (request: RequestOf<R>, reply: FastifyReply) => Promise<AnswerOf<R> | FastifyReply | undefined>,
): void {
  const { response, ...input } = route.schema
  app.route({
    method: route.method,
    url: route.path,
    schema: { summary: route.summary, ...input, response },
    ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
    config: { journey: route.journey, access: route.access },
    handler: (request, reply) => handler(request as unknown as RequestOf<R>, reply as unknown as FastifyReply),
  })
}

/** Gives the SERVER span and the HTTP metrics the route (`/api/products/:id`) in place of the path. */
function nameRoutes(app: HttpApp): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const metadata = getRPCMetadata(context.active())
    if (metadata?.type === RPCType.HTTP && request.routeOptions.url) metadata.route = request.routeOptions.url
    done()
  })
}
