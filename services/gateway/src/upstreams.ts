import type { PublicService } from '@techmart/contracts/public-routes'

/** Whom the gateway passes requests on to, by name. */
export type UpstreamName = PublicService | 'lab'
export type PerUpstream<T> = Readonly<Record<UpstreamName, T>>

/** One of each. */
export function forEachUpstream<T>(make: (name: UpstreamName) => T): PerUpstream<T> {
  return { api: make('api'), users: make('users'), inventory: make('inventory'), lab: make('lab') }
}

/** Where each of them is, from the settings. */
export function readUpstreamUrls(config: {
  API_URL: string
  USERS_URL: string
  INVENTORY_URL: string
  LAB_URL: string
}): PerUpstream<string> {
  return { api: config.API_URL, users: config.USERS_URL, inventory: config.INVENTORY_URL, lab: config.LAB_URL }
}
