// Passes a request on to an upstream and its reply back. The request's body is read first, within its limit, so that a slow
// or broken sender never holds the upstream, and is never mistaken for an upstream's failure; the reply streams through.
import { PassThrough } from 'node:stream'
import { context } from '@opentelemetry/api'
import { journeyCountedHeader } from '@techmart/contracts/identity'
import { signalOf } from '@techmart/platform/http-app'
import { UpstreamError } from '@techmart/platform/refusals'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type EdgeJourney, failEdgeJourney, findEdgeJourney } from './edge-journeys.ts'
import { toClientHeaders, toUpstreamHeaders } from './header-hygiene.ts'
import { type Identity, toIdentityHeaders } from './identity.ts'
import { isEventStream, type Upstream, type UpstreamReply, type UpstreamRequest } from './upstream.ts'

export type PassOn = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

export function makePassOn(ports: { upstream: Upstream; identityOf: (request: FastifyRequest) => Identity }): PassOn {
  const { upstream, identityOf } = ports

  return async (request, reply) => {
    const journey = findEdgeJourney(request)
    const answer = await context.with(journey?.context ?? context.active(), () =>
      upstream.send(toUpstreamRequest(request, identityOf(request))),
    )
    if (journey && answer.headers[journeyCountedHeader] === 'counted') journey.counted = true
    if (journey && !journey.counted && answer.status >= 500) {
      // Nobody vouches for this body: the client gets our own words.
      answer.body.resume()
      throw uncounted(answer.status, upstream.dependency)
    }
    if (reply.raw.destroyed) {
      leave(answer)
      reply.hijack()
      return reply
    }
    reply.code(answer.status).headers(toClientHeaders(answer.headers))
    return reply.send(throughTo(answer, journey))
  }
}

function toUpstreamRequest(request: FastifyRequest, identity: Identity): UpstreamRequest {
  return {
    method: request.method,
    // As it was routed, to the byte (platform/http-target.ts).
    target: request.url,
    headers: {
      ...toUpstreamHeaders(request.headers),
      ...toIdentityHeaders(identity),
      'x-request-id': request.id,
    },
    body: Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : undefined,
    signal: signalOf(request),
  }
}

function uncounted(status: number, dependency: string): UpstreamError {
  return new UpstreamError(`${dependency} answered ${status} before it began to work on it.`, {
    kind: status === 504 ? 'timeout' : 'bad-answer',
    dependency,
  })
}

/** The client is gone. The reply is read to its end, so that the upstream does not take us for gone too; a stream has no end. */
function leave({ body }: UpstreamReply): void {
  if (isEventStream(body)) body.destroy()
  else body.resume()
}

/** The reply's body. When it breaks off, the client's connection does too; when the client goes, it is read to its end. */
function throughTo(answer: UpstreamReply, journey: EdgeJourney | undefined): PassThrough {
  const { body } = answer
  const through = new PassThrough()
  body.once('error', error => {
    if (journey) failEdgeJourney(journey, error)
    through.destroy(error)
  })
  body.pipe(through)
  // After pipe's own listener, which pauses the body.
  through.once('close', () => leave(answer))
  return through
}
