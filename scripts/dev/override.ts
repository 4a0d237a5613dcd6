// What `make dev` changes about a service: the same container, but for where its sources come from and how Node runs them.
import type { ComposedService } from '../lib/docker.ts'

export class SettingsError extends Error {
  override name = 'SettingsError'
}

export interface Settings {
  readonly service: string
  readonly inspectPort: number
  readonly command: readonly string[]
}

/** Throws, naming all that is wrong. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  services: Readonly<Record<string, ComposedService>>,
): Settings {
  const runsSources = (name: string) =>
    services[name]?.command?.at(-1)?.endsWith(`services/${name}/src/main.ts`) === true
  const problems: string[] = []
  const service = env.SERVICE ?? ''
  const port = env.INSPECT_PORT || '9229'
  const known = Object.keys(services).filter(runsSources).sort()
  if (!known.includes(service)) problems.push(`SERVICE is '${service}'; there are: ${known.join(', ')}.`)
  if (!/^\d{2,5}$/.test(port) || Number(port) > 65_535) problems.push(`INSPECT_PORT is '${port}'; it must be a port.`)
  if (problems.length > 0) throw new SettingsError(problems.join('\n'))
  return { service, inspectPort: Number(port), command: services[service]?.command ?? [] }
}

/** A Compose file to lay over the others. */
export function buildOverride({ service, inspectPort, command: [node = 'node', ...rest] }: Settings): object {
  return {
    services: {
      [service]: {
        // The inspector listens inside the container; who may reach it is said by the port below.
        command: [node, '--watch', '--watch-preserve-output', '--inspect=0.0.0.0:9229', ...rest],
        volumes: ['./services:/app/services:ro'],
        ports: [`127.0.0.1:${inspectPort}:9229`],
        // Two processes, the watching one and the service, and whatever the inspector holds on to.
        mem_limit: '512m',
      },
    },
  }
}
