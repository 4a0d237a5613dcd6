import type { Faults } from '@techmart/platform/faults'
import { buildHttpApp, type HttpApp, type Readiness } from '@techmart/platform/http-app'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { UsersEvents } from './events.ts'
import { addCustomerRoutes } from './routes/customers.ts'
import { addUserRoutes } from './routes/users.ts'
import type { SignUp } from './sign-up.ts'
import type { UserStore } from './user-store.ts'

export interface UsersDeps {
  readonly log: Log
  readonly metrics: Metrics
  readonly faults: Faults
  readonly events: UsersEvents
  readonly users: UserStore
  readonly signUp: SignUp
  readonly readiness: () => Promise<Readiness>
}

export function buildApp({ log, metrics, faults, readiness, events, users, signUp }: UsersDeps): HttpApp {
  const app = buildHttpApp({ service: 'users', log, metrics, faults, readiness })
  addUserRoutes(app, { users, signUp, events })
  addCustomerRoutes(app, { users, events })
  return app
}
