import type { Access } from '@techmart/contracts/route'
import { readCaller } from './caller.ts'
import type { HttpApp } from './http-app.ts'
import { forbidden, unauthorized } from './refusals.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may, as the route's contract says. */
    access?: Access | undefined
  }
}

/** Refuses who has no right to a route, before the body is read: 401 without a token, 403 with the wrong one. */
export function enforceAccess(app: HttpApp): void {
  app.addHook('onRequest', async request => {
    const access = request.routeOptions.config?.access
    if (access === undefined) return
    const { role } = readCaller(request.headers)
    if (access[role] !== 'none') return
    if (role === 'anonymous') throw unauthorized('This needs a token: send it as Authorization: Bearer ….')
    throw forbidden('This token has no right to this.')
  })
}
