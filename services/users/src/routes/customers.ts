import { lookUpCustomer } from '@techmart/contracts/user-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { notFound } from '@techmart/platform/refusals'
import type { UsersEvents } from '../events.ts'
import type { UserStore } from '../user-store.ts'

/** Between services only: the gateway passes nothing on to it. */
export function addCustomerRoutes(app: HttpApp, { users, events }: { users: UserStore; events: UsersEvents }): void {
  addRoute(app, lookUpCustomer, async request => {
    const card = await users.findCard(request.body.email)
    events.lookedUp(card === undefined ? 'unknown' : 'found')
    if (card === undefined) throw notFound('Nobody signed up with this e-mail address.')
    return card
  })
}
