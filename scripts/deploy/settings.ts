// What `make deploy` is told. All that is wrong is named at once.
import type { ComposedService } from '../lib/docker.ts'

export interface Settings {
  readonly service: string
  readonly image: string
  /** Why it cannot run twice; absent where it can. */
  readonly alone: string | undefined
  readonly watchSeconds: number
  /** The image is the one that ran before: this takes a version back. */
  readonly isBack: boolean
  readonly prometheusUrl: string
  /** The gateway, through which the lab service is told. */
  readonly storeUrl: string
}

export class SettingsError extends Error {
  override name = 'SettingsError'
}

/** Under this tag the image stays that ran before. */
export const previousTag = 'previous'

/** Those that keep what no second one would know. */
const keepers: Readonly<Record<string, string>> = {
  lab: 'it keeps faults and inbox in a file of its own',
  'outside-world': 'it keeps the keys that it has answered in memory',
  'trace-stand-in': 'it keeps the traces in memory',
}
const endAtOnce: ReadonlySet<string> = new Set(['collector-queue-owner', 'history-writer'])

export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  services: Readonly<Record<string, ComposedService>>,
): Settings {
  const problems: string[] = []
  const ours = Object.keys(services)
    .filter(name => services[name]?.image.startsWith('techmart/services:') && !endAtOnce.has(name))
    .sort()
  const service = env.SERVICE ?? ''
  const found = services[service]
  if (!found || !ours.includes(service)) problems.push(`SERVICE is '${service}'; there are: ${ours.join(', ')}.`)
  const watch = env.WATCH_SECONDS || '20'
  if (!/^\d{1,4}$/.test(watch)) problems.push(`WATCH_SECONDS is '${watch}'; it must be whole seconds, 0 not to look.`)
  if (problems.length > 0 || !found) throw new SettingsError(problems.join('\n'))
  const published = found.ports?.some(port => port.published) ? 'its port is published on this machine' : undefined
  return {
    service,
    image: found.image,
    alone: keepers[service] ?? published,
    watchSeconds: Number(watch),
    isBack: env.IMAGE?.endsWith(`:${previousTag}`) ?? false,
    prometheusUrl: env.PROMETHEUS_URL || `http://localhost:${env.PROMETHEUS_PORT || '9090'}`,
    storeUrl: env.STORE_URL || `http://localhost:${env.STORE_PORT || '8080'}`,
  }
}
