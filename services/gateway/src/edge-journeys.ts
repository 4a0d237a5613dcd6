// Counts the journeys that never reached their service. A journey is counted once: by api, which says so on its reply, or here
// when there is no reply, or one with 5xx that nobody counted. A client that hangs up changes nothing: the request inside goes
// on to its end and is counted by what became of it (see pass-on.ts). Only one that a fault still held is never sent, and failed.
import { type Context, context } from '@opentelemetry/api'
import { journeyContext, recordFailedJourney, stampJourney } from '@techmart/platform/journey'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** One request as an event of its journey. */
export interface EdgeJourney {
  readonly name: string
  /** The SERVER span's context with the journey in its baggage: calls made in it carry `cuj.name`. */
  readonly context: Context
  readonly startedAt: Date
  /** True as soon as the event is counted, by whomever. */
  counted: boolean
  error: Error | undefined
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The journey that a request of this route is an event of, where somebody else counts it. */
    edgeJourney?: string
  }
}

const journeys = new WeakMap<FastifyRequest, EdgeJourney>()

/** The request's event, which begins when it is first asked for; undefined where the route has no journey. */
export function findEdgeJourney(request: FastifyRequest): EdgeJourney | undefined {
  const name = request.routeOptions.config.edgeJourney
  if (name === undefined) return undefined
  const known = journeys.get(request)
  if (known) return known
  const journey = { name, context: journeyContext(name), startedAt: new Date(), counted: false, error: undefined }
  stampJourney(name)
  journeys.set(request, journey)
  return journey
}

/** Counts the event as failed unless it is counted already. */
export function failEdgeJourney(journey: EdgeJourney, error: Error): void {
  if (journey.counted) return
  journey.counted = true
  context.with(journey.context, () => recordFailedJourney(journey.name, error, { startTime: journey.startedAt }))
}

/** Registers the hooks on this app; they act on routes whose config names a journey. */
export function countSilentJourneys(app: FastifyInstance): void {
  app.addHook('onRequest', async request => {
    findEdgeJourney(request)
  })

  app.addHook('onError', async (request, _reply, error) => {
    const journey = findEdgeJourney(request)
    if (journey) journey.error = error
  })

  // Every 5xx that leaves passes here, those of the edge itself included.
  app.addHook('onSend', async (request, reply) => {
    const journey = findEdgeJourney(request)
    if (journey && reply.statusCode >= 500) {
      failEdgeJourney(journey, journey.error ?? new Error(`The edge answered ${reply.statusCode}.`))
    }
  })
}
