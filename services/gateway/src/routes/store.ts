// The store people see: one page for all of its addresses, and its assets from web/dist. An address that is none of its pages is
// answered with the same page and 404; the page itself says that there is nothing here.
import { join } from 'node:path'
import negotiate from '@fastify/accept-negotiator'
import fastifyStatic from '@fastify/static'
import type { ErrorBody } from '@techmart/contracts/errors'
import { notFound } from '@techmart/platform/refusals'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { readStorePage, type StorePageFacts } from '../store-page.ts'
import { findStorePage, storePages } from '../store-pages.ts'

export interface StoreRoutesOptions extends StorePageFacts {
  /** What web/build.ts made. */
  folder: string
}

export const storeRoutes: FastifyPluginAsync<StoreRoutesOptions> = async (app, { folder, ...facts }) => {
  const page = await readStorePage(folder, facts)

  function sendPage(request: FastifyRequest, reply: FastifyReply, status: 200 | 404): FastifyReply {
    if (!page) return reply.code(503).send({ ...notBuilt, requestId: request.id })
    // Asked again each time, and 304 as long as nothing changed: it names the assets, which are kept for a year.
    reply.headers({ 'cache-control': 'no-cache', vary: 'accept-encoding' })
    if (status === 200) {
      reply.header('etag', page.etag)
      if (isSame(request.headers['if-none-match'], page.etag)) return reply.code(304).send()
    }
    const encoding = negotiate(String(request.headers['accept-encoding'] ?? ''), ['br', 'gzip']) ?? 'identity'
    if (encoding !== 'identity') reply.header('content-encoding', encoding)
    return reply.code(status).type('text/html; charset=utf-8').send(page.forms[encoding])
  }

  // A program is told so in the one shape of errors; a person gets a page.
  function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!request.headers.accept?.includes('text/html')) throw notFound('There is nothing here.', { field: 'url' })
    return sendPage(request, reply, 404)
  }

  const method = ['GET', 'HEAD']
  for (const url of storePages) {
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const [path = ''] = request.url.split('?', 1)
        return findStorePage(path) === url ? sendPage(request, reply, 200) : sendNotFound(request, reply)
      },
    })
  }

  app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    decorateReply: false,
    preCompressed: true,
    // The name changes with the content.
    immutable: true,
    maxAge: '1y',
    suppressWarning: true,
  })

  app.route({ method, url: '/*', handler: async (request, reply) => sendNotFound(request, reply) })
}

const notBuilt: ErrorBody = { error: 'unavailable', message: 'The store is not built: `node web/build.ts` does that.' }

const isSame = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some(known => known.trim() === etag || known.trim() === '*')
