// The containers of one service: what the deploy sees of them, and does to them.
import { compose, docker, readLastLines } from '../lib/docker.ts'
import { previousTag } from './settings.ts'

export interface Container {
  readonly id: string
  /** `techmart-api-2` */
  readonly name: string
  readonly imageId: string
  /** Inside the lab's network: what Prometheus calls it by. */
  readonly address: string
}

export interface ContainerState {
  readonly running: boolean
  readonly health: string
  readonly restarts: number
}

export interface Replicas {
  /** Running ones, oldest first. */
  list(): Promise<Container[]>
  state(container: Container): Promise<ContainerState>
  /** Starts replicas until there are `count`, from the image as it is tagged now; leaves those that run as they are. */
  startUpTo(count: number): Promise<void>
  /** Ends the one replica and starts another in its place. */
  recreate(): Promise<void>
  /** Waits for its orderly end, and removes it. */
  stop(container: Container): Promise<{ readonly seconds: number; readonly exitCode: number }>
  lastLines(container: Container): Promise<string>
  /** From now on the service starts from this image. */
  useImage(imageId: string): Promise<void>
  /** The image that the service starts from now. */
  currentImage(): Promise<string>
  /** Keeps an image under the name to roll back to. */
  keepAsPrevious(imageId: string): Promise<string>
}

interface Inspected {
  readonly Id: string
  readonly Name: string
  readonly Image: string
  readonly Created: string
  readonly RestartCount: number
  readonly State: {
    readonly Running: boolean
    readonly ExitCode: number
    readonly Health?: { readonly Status: string }
  }
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> }
}

/** Longer than a service's own limit, so that it is never killed in the middle. */
const stopGraceSeconds = 20

export function makeReplicas(service: string, image: string): Replicas {
  const inspect = async (...ids: string[]): Promise<Inspected[]> =>
    ids.length === 0 ? [] : (JSON.parse(await docker('inspect', ...ids)) as Inspected[])
  const up = (...args: string[]) => compose('up', '--detach', '--no-deps', '--no-build', ...args, service)

  return {
    async list() {
      const ids = (await compose('ps', '--quiet', service)).split('\n').filter(Boolean)
      const found = await inspect(...ids)
      return found
        .filter(one => one.State.Running)
        .sort((a, b) => (a.Created < b.Created ? -1 : 1))
        .map(one => ({
          id: one.Id,
          name: one.Name.replace(/^\//, ''),
          imageId: one.Image,
          address: Object.values(one.NetworkSettings.Networks)[0]?.IPAddress ?? '',
        }))
    },
    async state({ id }) {
      const [found] = await inspect(id)
      return {
        running: found?.State.Running === true,
        health: found?.State.Health?.Status ?? 'none',
        restarts: found?.RestartCount ?? 0,
      }
    },
    async startUpTo(count) {
      await up('--no-recreate', '--scale', `${service}=${count}`)
    },
    async recreate() {
      await up('--force-recreate')
    },
    async stop({ id }) {
      const startedAt = performance.now()
      await docker('stop', '--time', String(stopGraceSeconds), id)
      const seconds = (performance.now() - startedAt) / 1_000
      const [ended] = await inspect(id)
      await docker('rm', '--force', id)
      return { seconds, exitCode: ended?.State.ExitCode ?? -1 }
    },
    lastLines: ({ id }) => readLastLines(id, 8),
    async useImage(imageId) {
      await docker('tag', imageId, image)
    },
    currentImage: () => docker('image', 'inspect', '--format', '{{.Id}}', image),
    async keepAsPrevious(imageId) {
      const previous = `${image.replace(/:[^:]*$/, '')}:${previousTag}`
      await docker('tag', imageId, previous)
      return previous
    },
  }
}
