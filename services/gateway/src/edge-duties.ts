// What the edge does to every request under /api before it is passed on: who asks, how often, and how it went.
import { Refusal, unauthorized } from '@techmart/platform/refusals'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toClientKey } from './client-key.ts'
import type { GatewayEvents } from './events.ts'
import { type Identity, readIdentity } from './identity.ts'
import { makeNoticeAnswer } from './suspicion.ts'
import { WindowCounts } from './window-counts.ts'

const identities = new WeakMap<FastifyRequest, Identity>()

/** The identity that checkIdentity found; anonymous where it did not look. */
export const identityOf = (request: FastifyRequest): Identity => identities.get(request) ?? { role: 'anonymous' }

/** Answers a token that nobody has with 401. */
export function checkIdentity(app: FastifyInstance): void {
  app.addHook('onRequest', async request => {
    const result = readIdentity(request.headers.authorization)
    if (result.outcome === 'unknown-token') {
      throw unauthorized('This token is not known. Leave the Authorization header out, or send one of the demo tokens.')
    }
    identities.set(request, result.identity)
  })
}

const clientOf = (request: FastifyRequest): string =>
  toClientKey({
    identity: readIdentity(request.headers.authorization),
    cookie: request.headers.cookie,
    address: request.ip,
  })

/** The traffic's own token: one client that stands for all shoppers. */
const standsForMany = (client: string): boolean => client === 'token:test'

export function limitRate(app: FastifyInstance, options: { perMinute: number; events: GatewayEvents }): void {
  const { perMinute, events } = options
  const requests = new WindowCounts({ windowMs: 60_000, maxKeys: 10_000 })

  app.addHook('onRequest', async (request, reply) => {
    const client = clientOf(request)
    if (standsForMany(client)) return
    const { count, endsInMs } = requests.add(client, Date.now())
    if (count <= perMinute) return
    const seconds = Math.max(1, Math.ceil(endsInMs / 1000))
    events.rateLimited(client, request.routeOptions.url)
    reply.header('retry-after', seconds)
    throw new Refusal({
      status: 429,
      error: 'rate_limited',
      message: `More than ${perMinute} requests a minute. Ask again in ${seconds} s.`,
    })
  })
}

export function noticeSuspiciousClients(
  app: FastifyInstance,
  options: { perMinute: number; events: GatewayEvents },
): void {
  const noticeAnswer = makeNoticeAnswer({ perMinute: options.perMinute })

  app.addHook('onResponse', async (request, reply) => {
    const client = clientOf(request)
    if (standsForMany(client)) return
    const kind = noticeAnswer(client, reply.statusCode)
    if (kind) options.events.suspiciousActivity(kind, client)
  })
}
