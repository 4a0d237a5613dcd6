import type { TestContext } from 'node:test'
import { identityHeaders, type Role } from '@techmart/contracts/identity'
import { noFaults } from '@techmart/platform/faults'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog } from '@techmart/platform/testing'
import { buildApp } from '../src/app.ts'
import { makeUsersEvents } from '../src/events.ts'
import { makeSignUp } from '../src/sign-up.ts'
import type { UserStore } from '../src/user-store.ts'
import { ada, fakeUsers, grace } from './fakes.ts'

/** users without network and database; Ada and Grace are its customers. */
export function buildTestApp<U extends UserStore = ReturnType<typeof fakeUsers>>(
  t: TestContext,
  users: U = fakeUsers(ada, grace) as never,
) {
  const log = fakeLog()
  const metrics = buildMetrics()
  const events = makeUsersEvents(metrics, log)
  const app = buildApp({
    log,
    metrics,
    events,
    users,
    signUp: makeSignUp({ users, events }),
    faults: noFaults,
    readiness: async () => ({ ready: true, dependencies: {} }),
  })
  t.after(() => app.close())
  return { app, users, metrics, log }
}

/** What the gateway says of who asks. */
export const as = (role: Role, customer?: string): Record<string, string> => ({
  [identityHeaders.role]: role,
  ...(customer === undefined ? {} : { [identityHeaders.customer]: customer }),
})
