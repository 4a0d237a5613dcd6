// What chaos does to containers, through Docker Compose. A guard, a process of its own, undoes it as soon as this one is gone
// (even by SIGKILL) or the time is over; a record in .lab/ lets `make chaos-stop` undo it after both are gone.
import type { ChildProcess } from 'node:child_process'
import { compose, docker } from '../lib/docker.ts'
import { closeRecord, findRecord, forgetActions, recordActions } from './action-record.ts'
import { breakContainer } from './container-commands.ts'
import { putBack, waitUntilHealthy } from './put-back.ts'
import { type ContainerAction, describeAction } from './scenario.ts'
import { startGuard } from './start-guard.ts'

export interface Containers {
  /** What speaks against breaking them, in sentences. */
  findTrouble(actions: readonly ContainerAction[]): Promise<string[]>
  /** Breaks them, each told as it is done; from then on a guard stands by until `endsAtMs`. */
  break(actions: readonly ContainerAction[], endsAtMs: number, onDone: (words: string) => void): Promise<void>
  /** Undoes what was broken here and waits until it is healthy; safe to call twice. */
  undo(): Promise<void>
}

interface Broken {
  readonly id: string
  readonly actions: readonly ContainerAction[]
  readonly guard: ChildProcess
  /** Whether all of it was done to its end. */
  isDone: boolean
}

/** The record and the guard: from here on it may be broken. */
async function prepare(actions: readonly ContainerAction[], endsAtMs: number, outlivesRun: boolean): Promise<Broken> {
  const id = recordActions(actions)
  try {
    return { id, actions, guard: await startGuard({ id, actions, endsAtMs, outlivesRun }), isDone: false }
  } catch (error) {
    forgetActions(id)
    throw error
  }
}

async function breakAll(broken: Broken, onDone: (words: string) => void = () => {}): Promise<void> {
  for (const action of broken.actions) {
    await breakContainer(action)
    onDone(describeAction(action))
  }
  broken.isDone = true
  closeRecord(broken.id)
}

async function undoAll({ id, actions, guard, isDone }: Broken): Promise<void> {
  // Without a record somebody has put it right before us; another's record tells of what was broken since.
  const record = findRecord()
  if (record === undefined || record.id === id) await putBack(actions, isDone)
  forgetActions(id)
  // "done" tells an orderly end from a death.
  guard.stdin?.end('done\n')
}

export function makeContainers(): Containers {
  let broken: Broken | undefined

  return {
    async findTrouble(actions) {
      const left = findRecord()
      if (left)
        return [`Broken already: ${left.actions.map(describeAction).join('; ')}. Put it right with: make chaos-stop`]
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
      broken = await prepare(actions, endsAtMs, false)
      await breakAll(broken, onDone)
    },

    async undo() {
      if (!broken) return
      await undoAll(broken)
      broken = undefined
    },
  }
}

/** Breaks what stays broken after this program has ended, until somebody undoes it or the guard's time is over. */
export async function breakForLater(actions: readonly ContainerAction[], endsAtMs: number): Promise<void> {
  const broken = await prepare(actions, endsAtMs, true)
  try {
    await breakAll(broken)
    for (const { service } of actions) await waitUntilHealthy(service)
  } catch (error) {
    // Nobody is told that it is broken, so nobody would undo it.
    await undoAll(broken)
    throw error
  }
  broken.guard.stdin?.destroy()
}

/** For `make chaos-stop`: undoes what a run that is gone has left broken, and says what that was. Its guard sees that and goes. */
export async function undoRecorded(): Promise<string[]> {
  const record = findRecord()
  if (!record) return []
  await putBack(record.actions, record.isDone)
  forgetActions(record.id)
  return record.actions.map(describeAction)
}
