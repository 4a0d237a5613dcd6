// Every route that one reaches on the store's port: those of contracts, which nobody can add to without a call here, and the
// gateway's own pages.
import * as labRoutes from '@techmart/contracts/lab-routes'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import type { RouteContract } from '@techmart/contracts/route'
import type { SmokeRoute } from './call.ts'

const isRoute = (value: unknown): value is RouteContract =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'schema' in value

const routesOf = (contracts: object): readonly RouteContract[] => Object.values(contracts).filter(isRoute)

const page = (path: string): SmokeRoute => ({ method: 'GET', path })

export const smokeRoutes: readonly SmokeRoute[] = [
  ...['/', '/health', '/ready', '/metrics', '/runbooks/:name', '/docs', '/docs/json'].map(page),
  ...publicRoutes.map(({ route }) => route),
  ...edgeRoutes,
  // The gateway passes on what is under /lab; the rest is between Alertmanager and the lab.
  ...routesOf(labRoutes).filter(({ path }) => path.startsWith('/lab/')),
]
