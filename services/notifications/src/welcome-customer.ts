import type { UserCreated } from '@techmart/contracts/user-events'
import type { Notify } from './notify.ts'

/** What is done with one sign-up. */
export const makeWelcomeCustomer =
  (notify: Notify) =>
  ({ eventId, userId, email, name }: UserCreated): Promise<void> =>
    notify({ eventId, template: 'welcome', userId }, { to: email, data: { name } })
