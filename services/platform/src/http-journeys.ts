// One request of a route with a journey is one event: from its first hook to the last byte of the answer, refusals by limits and
// validation included. The span is ended by what was answered, so that it agrees with what the gateway saw.
import { context } from '@opentelemetry/api'
import { journeyCountedHeader } from '@techmart/contracts/identity'
import type { FastifyReply } from 'fastify'
import type { HttpApp } from './http-app.ts'
import { whenOver } from './http-end.ts'
import { findAnsweredError } from './http-errors.ts'
import { beginJourney, endJourney, type Journey, type JourneyEnd } from './journey.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The journey that one request of this route is an event of. */
    journey?: string | undefined
  }
}

interface RequestJourney {
  readonly journey: Journey
  /** The handling has come to an answer, whether or not somebody still waits for it. */
  answered: boolean
  /** The caller hung up before the last byte; the gateway counts the event. */
  hungUp: boolean
}

/** Adds the hooks. Everything after the first of them, the body's parser excepted, runs in the journey's context. */
export function runJourneys(app: HttpApp): void {
  const running = new WeakMap<object, RequestJourney>()

  const endOnce = (key: object, reply: FastifyReply) => {
    const state = running.get(key)
    if (state === undefined) return
    running.delete(key)
    endJourney(state.journey, toEnd(reply), { late: state.hungUp })
  }

  app.addHook('onRequest', (request, reply, done) => {
    const name = request.routeOptions.config?.journey
    if (name === undefined) return done()
    const state: RequestJourney = { journey: beginJourney(name), answered: false, hungUp: false }
    running.set(request.raw, state)
    reply.header(journeyCountedHeader, 'counted')
    whenOver(reply.raw, complete => {
      state.hungUp = !complete
      // Hung up while the handler is at work: the event ends when the handler does.
      if (state.answered || !state.hungUp) endOnce(request.raw, reply as unknown as FastifyReply)
    })
    context.with(state.journey.context, done)
  })

  // Parsing a body leaves the context: its events belong to the socket.
  app.addHook('preValidation', (request, _reply, done) => {
    const state = running.get(request.raw)
    if (state === undefined) return done()
    context.with(state.journey.context, done)
  })

  app.addHook('onSend', (request, reply, payload, done) => {
    const state = running.get(request.raw)
    if (state !== undefined) {
      state.answered = true
      if (state.hungUp) endOnce(request.raw, reply as unknown as FastifyReply)
    }
    done(null, payload)
  })
}

function toEnd(reply: FastifyReply): JourneyEnd {
  const answered = findAnsweredError(reply)
  if (reply.statusCode >= 500) {
    return {
      ended: 'failed',
      error: answered?.error ?? new Error(`The request was answered with ${reply.statusCode}.`),
    }
  }
  if (reply.statusCode >= 400) return { ended: 'refused', outcome: answered?.code ?? `status_${reply.statusCode}` }
  return { ended: 'ok' }
}
