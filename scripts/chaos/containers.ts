// What chaos does to containers, through Docker Compose. A guard, a process of its own, undoes it as soon as this one is gone
// (even by SIGKILL) or the time is over; a record in .lab/ lets `make chaos-stop` undo it after both are gone.
import type { ChildProcess } from 'node:child_process'
import { compose, docker } from '../lib/docker.ts'
import { type ActionRecord, closeRecord, findRecord, forgetActions, recordActions } from './action-record.ts'
import { breakContainer } from './container-commands.ts'
import { putBack, waitUntilHealthy } from './put-back.ts'
import { type ContainerAction, describeAction, type Scenario } from './scenario.ts'
import { startGuard } from './start-guard.ts'

export interface Containers {
  findTrouble(actions: readonly ContainerAction[]): Promise<string[]>
  /** Breaks them, each told as it is done; from then on a guard stands by until `endsAtMs`. */
  break(scenario: Breaking, endsAtMs: number, onDone: (words: string) => void): Promise<void>
  /** Breaks what stays broken after this program has ended, until somebody undoes it or the guard's time is over. */
  breakForLater(scenario: Breaking, endsAtMs: number): Promise<void>
  /** Undoes what was broken here and waits until it is healthy; safe to call twice. What nobody else had put right before. */
  undo(): Promise<readonly ContainerAction[]>
}

/** What a scenario does to containers. */
export type Breaking = Pick<Scenario, 'name' | 'actions'>

interface Broken {
  readonly id: string
  readonly actions: readonly ContainerAction[]
  readonly guard: ChildProcess
  /** Whether all of it was done to its end. */
  isDone: boolean
}

/** What speaks against breaking them, in sentences. */
export async function findTrouble(actions: readonly ContainerAction[]): Promise<string[]> {
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
    .map(({ service }) => `${service} does not run, so it cannot be broken. Is this the lab (COMPOSE_PROJECT_NAME)?`)
}

async function breakAll(broken: Broken, onDone: (words: string) => void = () => {}): Promise<void> {
  for (const action of broken.actions) {
    await breakContainer(action)
    onDone(describeAction(action))
  }
  broken.isDone = true
  closeRecord(broken.id)
}

/** Whether nobody had put it right before. */
async function undoAll({ id, actions, guard, isDone }: Broken): Promise<boolean> {
  // Without a record somebody has put it right before us; another's record tells of what was broken since.
  const record = findRecord()
  if (record === undefined || record.id === id) await putBack(actions, isDone)
  const isOurs = forgetActions(id)
  // "done" tells an orderly end from a death.
  guard.stdin?.end('done\n')
  return isOurs
}

/** `storeUrl`: where the guard tells the lab of what it has put right. */
export function makeContainers({ storeUrl }: { readonly storeUrl: string }): Containers {
  let broken: Broken | undefined

  /** The record and the guard: from here on it may be broken. */
  async function prepare({ name, actions }: Breaking, endsAtMs: number, outlivesRun: boolean): Promise<Broken> {
    const id = recordActions(name, actions)
    try {
      const guard = await startGuard({ id, scenario: name, actions, endsAtMs, outlivesRun, storeUrl })
      return { id, actions, guard, isDone: false }
    } catch (error) {
      forgetActions(id)
      throw error
    }
  }

  return {
    findTrouble,

    async break(scenario, endsAtMs, onDone) {
      if (scenario.actions.length === 0) return
      broken = await prepare(scenario, endsAtMs, false)
      await breakAll(broken, onDone)
    },

    async breakForLater(scenario, endsAtMs) {
      const left = await prepare(scenario, endsAtMs, true)
      try {
        await breakAll(left)
        for (const { service } of scenario.actions) await waitUntilHealthy(service)
      } catch (error) {
        // Nobody is told that it is broken, so nobody would undo it.
        await undoAll(left)
        throw error
      }
      left.guard.stdin?.destroy()
    },

    async undo() {
      if (!broken) return []
      const { actions } = broken
      const isOurs = await undoAll(broken)
      broken = undefined
      return isOurs ? actions : []
    },
  }
}

/** Undoes what a run that is gone has left broken, and says what that was. Its guard sees that and goes. */
export async function undoRecorded(): Promise<ActionRecord | undefined> {
  const record = findRecord()
  if (!record) return undefined
  await putBack(record.actions, record.isDone)
  return forgetActions(record.id) ? record : undefined
}
