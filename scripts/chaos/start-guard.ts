// Starts the guard of guard.ts, which outlives this program. Where scripts/with-node.sh runs Node in a container, every process in it
// ends with this one: there the guard gets a container of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ContainerAction } from './scenario.ts'

/** What a guard is told. */
export interface Duty {
  /** Of the record. */
  readonly id: string
  readonly scenario: string
  readonly actions: readonly ContainerAction[]
  readonly endsAtMs: number
  /** A bad deploy stays when the command that made it has ended. */
  readonly outlivesRun: boolean
  /** The gateway's published address, behind which the lab hears of what was put right. */
  readonly storeUrl: string
}

function buildCommand(duty: Duty): [program: string, args: readonly string[]] {
  const guard = [join(import.meta.dirname, 'guard.ts'), JSON.stringify(duty)]
  // Arguments of `docker run` with which this container was started, a line each, its image last.
  const container = process.env.LAB_NODE_CONTAINER
  if (!container) return [process.execPath, guard]
  const name = `${process.env.COMPOSE_PROJECT_NAME || 'techmart'}-chaos-guard-${duty.id.slice(0, 8)}`
  const env = Object.keys(process.env).flatMap(variable => ['--env', variable])
  // Its standard input is closed by the engine when the client is gone, as a pipe is by the kernel.
  return ['docker', ['run', '--rm', '-i', '--name', name, ...env, ...container.split('\n'), process.execPath, ...guard]]
}

/** It stands by when this is fulfilled. "done" on its standard input sends it away; the end of that input tells that we are gone. */
export async function startGuard(duty: Duty): Promise<ChildProcess> {
  const [program, args] = buildCommand(duty)
  // `detached`: Ctrl-C in the terminal reaches this program only. Its standard input ends when this program does.
  const guard = spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = once(guard, 'exit').then(([code]) => {
    throw new Error(`The guard that undoes what is done to containers ended with ${code}; nothing was broken.`)
  })
  await Promise.race([once(guard.stdout, 'data'), ended])
  ended.catch(() => {})
  guard.stdout.destroy()
  guard.unref()
  return guard
}
