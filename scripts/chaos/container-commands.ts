// One action on a container and its undoing. Undoing what was not done, or is undone already, changes nothing.
import { mkdirSync, writeFileSync } from 'node:fs'
import { compose, composeWith, docker } from '../lib/docker.ts'
import type { ContainerAction } from './scenario.ts'

/** Marks the container of a bad replica, so that whoever undoes it finds it. */
const badReplicaLabel = 'techmart.chaos=bad-replica'

/** Longer than a service's own limit for its orderly end. */
const stopSeconds = '20'

const projectName = (): string => process.env.COMPOSE_PROJECT_NAME || 'techmart'

async function containersOf(service: string, ...filters: string[]): Promise<string[]> {
  const given = [
    `label=com.docker.compose.project=${projectName()}`,
    `label=com.docker.compose.service=${service}`,
    ...filters,
  ].flatMap(filter => ['--filter', filter])
  return (await docker('ps', '--all', '--quiet', ...given)).split('\n').filter(Boolean)
}

/** Compose starts one replica more, with what this file adds, and leaves the others as they are. */
async function startBadReplica(service: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const [name = '', value = ''] = badReplicaLabel.split('=')
  const override = { services: { [service]: { environment, labels: { [name]: value } } } }
  const file = `.lab/chaos-bad-replica-${projectName()}.yml`
  mkdirSync('.lab', { recursive: true })
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(override))
  const count = (await containersOf(service)).length + 1
  const only = ['--detach', '--no-deps', '--no-build', '--no-recreate']
  await composeWith([file], 'up', ...only, '--scale', `${service}=${count}`, service)
}

export async function breakContainer(action: ContainerAction): Promise<void> {
  const { kind, service } = action
  if (kind === 'stop') await compose('stop', '--timeout', stopSeconds, service)
  if (kind === 'kill') await compose('kill', service)
  if (kind === 'pause') await compose('pause', service)
  if (kind === 'bad-replica') await startBadReplica(service, action.environment)
}

export async function undoContainer({ kind, service }: ContainerAction): Promise<void> {
  if (kind === 'bad-replica') {
    const bad = await containersOf(service, `label=${badReplicaLabel}`)
    if (bad.length > 0) {
      await docker('stop', '-t', stopSeconds, ...bad)
      await docker('rm', '--force', ...bad)
    }
    return
  }
  if (kind === 'pause') {
    const frozen = await containersOf(service, 'status=paused')
    if (frozen.length > 0) await docker('unpause', ...frozen)
    return
  }
  await compose('start', service)
}

/** Whether all of its containers run, and are healthy where they have a healthcheck. */
export async function isHealthy(service: string): Promise<boolean> {
  const states = (await compose('ps', '--all', '--format', '{{.State}} {{.Health}}', service)).split('\n')
  return states.length > 0 && states.every(state => /^running( healthy)?$/.test(state.trim()))
}
