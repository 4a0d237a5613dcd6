import { UpstreamError } from '@techmart/platform/refusals'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ErrorReason, GatewayEvents } from './events.ts'

/** nginx's number for a client that hung up before it was answered. */
const clientClosedRequest = 499

/** Counts every request but those of Prometheus and Compose. */
export function countRequests(app: FastifyInstance, events: GatewayEvents): void {
  const reasons = new WeakMap<FastifyRequest, ErrorReason>()

  app.addHook('onError', async (request, _reply, error) => {
    reasons.set(request, error instanceof UpstreamError ? error.kind : 'internal')
  })

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched'
    if (operational.has(route)) return
    const status = reply.raw.writableFinished ? reply.statusCode : clientClosedRequest
    const facts = { method: request.method, route, status }
    events.requestAnswered(facts)
    if (reply.statusCode >= 500) events.requestFailed(facts, reasons.get(request) ?? 'upstream')
  })
}

const operational: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics'])
