// Where faults strike requests: after validation and inside the journey, so that they can be scoped to one and count against it.
import { context } from '@opentelemetry/api'
import { chaosHeader } from '@techmart/contracts/faults'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findCountry, markContext } from './fault-scope.ts'
import { FaultError, type Faults } from './faults.ts'
import type { HttpApp } from './http-app.ts'
import { askedByMachines } from './http-metrics.ts'
import { signalOf } from './http-time-limit.ts'

/** Adds the hooks. Where no fault is active anywhere they cost a comparison each. */
export function strikeRequests(app: HttpApp, faults: Faults, { isEdge }: { isEdge: boolean }): void {
  // A caller's own word is taken at the edge alone, and goes inwards in the baggage.
  const wordOf = ({ headers }: FastifyRequest) => (isEdge ? headers[chaosHeader] : undefined)

  // The edge's journeys begin in this hook and keep the context for what is passed on.
  if (isEdge) {
    app.addHook('onRequest', (request, _reply, done) => {
      if (!faults.areScoped()) return done()
      context.with(markContext({ word: wordOf(request as unknown as FastifyRequest) }), done)
    })
  }

  app.addHook('preHandler', (request, reply, done) => {
    const { url } = request.routeOptions
    if (url === undefined || !(faults.areActive() || faults.areScoped())) return done()
    const country = findCountry(request.body, request.query)
    const marked = faults.areScoped()
      ? markContext({ country, word: wordOf(request as unknown as FastifyRequest) })
      : context.active()
    const call = {
      target: `${request.method} ${url}`,
      signal: signalOf(request),
      country,
      isForMachines: askedByMachines.has(url),
    }
    context
      .with(marked, () => faults.strike('http-server', call))
      .then(
        () => context.with(marked, done),
        (error: Error) => {
          if (error instanceof FaultError && error.isRefusal) hangUp(reply as unknown as FastifyReply)
          else done(error)
        },
      )
  })
}

/** No byte of an answer: the caller cannot know whether anybody was there. */
function hangUp(reply: FastifyReply): void {
  reply.hijack()
  reply.raw.destroy()
}
