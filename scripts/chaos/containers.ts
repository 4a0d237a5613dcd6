// What chaos does to containers, through Docker Compose. A guard, a process of its own, undoes it as soon as this one is gone
// (even by SIGKILL) or the time is over; a record in .lab/ lets `make chaos-stop` undo it after both are gone.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { compose, docker } from '../lib/docker.ts'
import { forgetActions, readActions, recordActions } from './action-record.ts'
import { breakContainer, isHealthy, undoContainer } from './container-commands.ts'
import { type ContainerAction, describeAction } from './scenario.ts'

export interface Containers {
  /** What speaks against breaking them, in sentences. */
  findTrouble(actions: readonly ContainerAction[]): Promise<string[]>
  /** Breaks them, each told as it is done; from then on a guard stands by until `endsAtMs`. */
  break(actions: readonly ContainerAction[], endsAtMs: number, onDone: (words: string) => void): Promise<void>
  /** Undoes what was broken here and waits until it is healthy; safe to call twice. */
  undo(): Promise<void>
}

/** As long as a service's own start may take on a busy machine. */
const healthyWithinMs = 90_000

async function waitUntilHealthy(service: string): Promise<void> {
  const untilMs = Date.now() + healthyWithinMs
  while (!(await isHealthy(service))) {
    if (Date.now() > untilMs)
      throw new Error(
        `${service} is not healthy ${healthyWithinMs / 1000} s after it was put back; \`make up\` starts it.`,
      )
    await sleep(500)
  }
}

async function startGuard(
  actions: readonly ContainerAction[],
  endsAtMs: number,
  outlivesRun = false,
): Promise<ChildProcess> {
  // `detached`: Ctrl-C in the terminal reaches this program only. Its standard input ends when this program does.
  const guard = spawn(
    process.execPath,
    [new URL('guard.ts', import.meta.url).pathname, JSON.stringify({ actions, endsAtMs, outlivesRun })],
    { detached: true, stdio: ['pipe', 'pipe', 'ignore'] },
  )
  const ended = once(guard, 'exit').then(([code]) => {
    throw new Error(`The guard that undoes what is done to containers ended with ${code}; nothing was broken.`)
  })
  await Promise.race([once(guard.stdout, 'data'), ended])
  ended.catch(() => {})
  guard.stdout.destroy()
  guard.unref()
  return guard
}

export function makeContainers(): Containers {
  let broken: readonly ContainerAction[] = []
  let guard: ChildProcess | undefined

  return {
    async findTrouble(actions) {
      const left = readActions()
      if (left.length > 0)
        return [`Broken already: ${left.map(describeAction).join('; ')}. Put it right with: make chaos-stop`]
      if (actions.length === 0) return []
      try {
        await docker('version', '--format', '{{.Server.Version}}')
      } catch (error) {
        return [`It is done through Docker, which does not answer: ${(error as Error).message}`]
      }
      const running = new Set((await compose('ps', '--services', '--status', 'running')).split('\n'))
      return actions
        .filter(({ service }) => !running.has(service))
        .map(
          ({ service }) => `${service} does not run, so it cannot be broken. Is this the lab (COMPOSE_PROJECT_NAME)?`,
        )
    },

    async break(actions, endsAtMs, onDone) {
      if (actions.length === 0) return
      recordActions(actions)
      broken = actions
      guard = await startGuard(actions, endsAtMs)
      for (const action of actions) {
        await breakContainer(action)
        onDone(describeAction(action))
      }
    },

    async undo() {
      if (broken.length === 0) return
      for (const action of broken) await undoContainer(action)
      for (const { service } of broken) await waitUntilHealthy(service)
      broken = []
      forgetActions()
      // "done" tells an orderly end from a death.
      guard?.stdin?.end('done\n')
      guard = undefined
    },
  }
}

/** Breaks what stays broken after this program has ended, until somebody undoes it or the guard's time is over. */
export async function breakForLater(actions: readonly ContainerAction[], endsAtMs: number): Promise<void> {
  recordActions(actions)
  const guard = await startGuard(actions, endsAtMs, true)
  for (const action of actions) await breakContainer(action)
  for (const { service } of actions) await waitUntilHealthy(service)
  guard.stdin?.destroy()
}

/** For `make chaos-stop`: undoes what a run that is gone has left broken, and says what that was. */
export async function undoRecorded(): Promise<string[]> {
  const actions = readActions()
  for (const action of actions) await undoContainer(action)
  for (const { service } of actions) await waitUntilHealthy(service)
  forgetActions()
  return actions.map(describeAction)
}
