import { createUser, deleteUser, getUser, listUsers, updateUser } from '@techmart/contracts/user-routes'
import { type Caller, isSame, readCaller } from '@techmart/platform/caller'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { conflict, forbidden, invalid, notFound } from '@techmart/platform/refusals'
import type { UsersEvents } from '../events.ts'
import type { SignUp } from '../sign-up.ts'
import { toUser, type UserRecord } from '../user-record.ts'
import type { UserStore } from '../user-store.ts'

export interface UserRoutesDeps {
  readonly users: UserStore
  readonly signUp: SignUp
  readonly events: UsersEvents
}

export function addUserRoutes(app: HttpApp, { users, signUp, events }: UserRoutesDeps): void {
  /** The customer, if they are there and the caller may touch them. */
  async function getOwn(caller: Caller, id: string): Promise<UserRecord> {
    const user = await users.find(id)
    if (user === undefined) throw noSuchUser(id)
    if (caller.role === 'user' && !isSame(caller.customer, user.email)) {
      throw forbidden('A customer sees and changes nobody but themselves.')
    }
    return user
  }

  addRoute(app, createUser, async (request, reply) => {
    const caller = readCaller(request.headers)
    if (caller.role === 'user' && !isSame(caller.customer, request.body.email)) {
      throw forbidden('A customer signs up nobody else: body.email must be that of the token.')
    }
    const result = await signUp(request.body)
    switch (result.outcome) {
      case 'signed-up':
        return reply.code(201).send(toUser(result.user))
      case 'known':
        events.signUpRefused(request.body.country)
        throw conflict('Somebody signed up with this e-mail address before.', { field: 'body.email' })
    }
  })

  addRoute(app, getUser, async request => toUser(await getOwn(readCaller(request.headers), request.params.id)))

  addRoute(app, updateUser, async request => {
    const { id } = await getOwn(readCaller(request.headers), request.params.id)
    const changed = await users.update(id, request.body)
    if (changed === undefined) throw noSuchUser(id)
    events.changed(changed)
    return toUser(changed)
  })

  addRoute(app, deleteUser, async (request, reply) => {
    const { id } = await getOwn(readCaller(request.headers), request.params.id)
    if (!(await users.remove(id))) throw noSuchUser(id)
    events.deleted(id)
    return reply.code(204).send()
  })

  addRoute(app, listUsers, async request => {
    const { country, segment, page = 1, pageSize = 20 } = request.query
    if (page * pageSize > listedUsers) {
      const last = Math.floor(listedUsers / pageSize)
      throw invalid(`Only the newest ${listedUsers} customers can be paged through: ${last} pages of ${pageSize}.`, {
        field: 'query.page',
      })
    }
    const { users: found, total } = await users.list({ country, segment, page, pageSize, countUpTo: listedUsers })
    events.listed(found.length)
    return { users: found.map(toUser), page, pageSize, total }
  })
}

/** A page far behind reads all before it to show twenty; nobody needs it. */
const listedUsers = 10_000

const noSuchUser = (id: string) => notFound(`There is no customer ${id}.`, { field: 'params.id' })
