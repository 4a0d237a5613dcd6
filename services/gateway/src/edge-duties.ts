// What the edge does to every request under /api before it is passed on: who asks, how often, and how it went.
import { Refusal, unauthorized } from '@techmart/platform/refusals'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ClientCounts } from './client-counts.ts'
import { type Client, shareOf, toClients } from './client-key.ts'
import type { GatewayEvents } from './events.ts'
import { type Identity, readIdentity } from './identity.ts'
import { makeNoticeAnswer } from './suspicion.ts'

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

const clientsOf = (request: FastifyRequest): readonly Client[] =>
  toClients({
    identity: readIdentity(request.headers.authorization),
    cookie: request.headers.cookie,
    address: request.ip,
  })

/** The traffic's own token: one client that stands for all shoppers. */
const standForMany = ([client]: readonly Client[]): boolean => client?.key === 'token:test'

export function limitRate(app: FastifyInstance, options: { perMinute: number; events: GatewayEvents }): void {
  const { perMinute, events } = options
  const requests = new ClientCounts({ maxKeysPerSort: 10_000 })
  const limitOf = ({ sort }: Client): number => perMinute * shareOf[sort]

  app.addHook('onRequest', async (request, reply) => {
    const clients = clientsOf(request)
    if (standForMany(clients)) return
    const nowMs = Date.now()
    const tooMany = clients.find(client => (requests.find(client, nowMs)?.count ?? 0) >= limitOf(client))
    if (tooMany === undefined) {
      for (const client of clients) requests.add(client, nowMs)
      return
    }
    // Counted for this one alone, which keeps it in memory: a session in a loop takes nothing from its neighbours.
    const { endsInMs } = requests.add(tooMany, nowMs)
    const seconds = Math.max(1, Math.ceil(endsInMs / 1000))
    events.rateLimited(tooMany.key, request.routeOptions.url)
    reply.header('retry-after', seconds)
    const whence = tooMany.sort === 'crowd' ? ' from this address' : ''
    throw new Refusal({
      status: 429,
      error: 'rate_limited',
      message: `More than ${limitOf(tooMany)} requests a minute${whence}. Ask again in ${seconds} s.`,
    })
  })
}

export function noticeSuspiciousClients(
  app: FastifyInstance,
  options: { perMinute: number; events: GatewayEvents },
): void {
  const noticeAnswer = makeNoticeAnswer({ perMinute: options.perMinute })

  app.addHook('onResponse', async (request, reply) => {
    const clients = clientsOf(request)
    if (standForMany(clients)) return
    const noticed = noticeAnswer(clients, reply.statusCode)
    if (noticed) options.events.suspiciousActivity(noticed.kind, noticed.client.key)
  })
}
