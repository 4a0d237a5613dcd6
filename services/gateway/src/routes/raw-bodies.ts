import type { FastifyInstance } from 'fastify'

/** Takes a body of any type as bytes, within the route's limit. */
export function takeBodiesAsTheyAre(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}
