// Signs a customer up. The message that tells of it leaves in the same transaction, so that nobody is welcomed who is no customer,
// and no customer is not. Knows no HTTP, SQL or Kafka.
import { randomUUID } from 'node:crypto'
import type { NewUser } from '@techmart/contracts/user-routes'
import type { UsersEvents } from './events.ts'
import { segmentOf } from './segment.ts'
import type { UserRecord } from './user-record.ts'
import type { UserStore } from './user-store.ts'

export type SignUpResult =
  | { readonly outcome: 'signed-up'; readonly user: UserRecord }
  /** Somebody signed up with that address before. */
  | { readonly outcome: 'known' }

export type SignUp = (command: NewUser) => Promise<SignUpResult>

export function makeSignUp(ports: {
  readonly users: UserStore
  readonly events: UsersEvents
  readonly now?: () => Date
}): SignUp {
  const { users, events, now = () => new Date() } = ports
  return async ({ email, name, country }) => {
    const history = { signedUpAt: now(), count: 0, totalCents: 0, lastAt: null }
    const id = randomUUID()
    const user = await users.create(
      { id, email, name, country, segment: segmentOf(history, history.signedUpAt), isSample: false, history },
      { eventId: randomUUID(), userId: id, email, name, country, createdAt: history.signedUpAt.toISOString() },
    )
    if (user === undefined) return { outcome: 'known' }
    events.signedUp(user)
    return { outcome: 'signed-up', user }
  }
}
