// Refuses a path that one reader takes as it is and another resolves to somewhere else: what is routed here is passed on to
// others. Clients resolve dot segments before they ask (RFC 3986, 5.2.4); who sends them wants to be misread.
import { invalid } from '@techmart/platform/refusals'
import type { FastifyInstance } from 'fastify'

export function refuseAmbiguousPaths(app: FastifyInstance): void {
  app.addHook('onRequest', async request => {
    if (isAmbiguous(request.url)) {
      throw invalid('The path may hold no . or .. between slashes, and no backslash.', { field: 'url' })
    }
  })
}

/** Escaped dots and slashes count too: some readers unescape before they resolve, and to browsers a backslash is a slash. */
function isAmbiguous(target: string): boolean {
  const [path = ''] = target.split(/[?#]/, 1)
  if (path.includes('\\')) return true
  const unescaped = path.replace(/%2e/gi, '.').replace(/%2f|%5c/gi, '/')
  return /(?:^|\/)\.\.?(?:\/|$)/.test(unescaped)
}
