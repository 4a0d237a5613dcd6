import type { Role } from '@techmart/contracts/identity'
import type { HttpApp } from '@techmart/platform/http-app'
import { forbidden, unauthorized } from '@techmart/platform/refusals'
import { readCaller } from './caller.ts'

/** Refuses everybody else before the body is read: 401 without a token, 403 with the wrong one. */
export function allowOnly(app: HttpApp, allowed: readonly Role[]): void {
  app.addHook('onRequest', async request => {
    const { role } = readCaller(request.headers)
    if (allowed.includes(role)) return
    if (role === 'anonymous') throw unauthorized('This needs a token: send it as Authorization: Bearer ….')
    throw forbidden('This token has no right to this.')
  })
}
