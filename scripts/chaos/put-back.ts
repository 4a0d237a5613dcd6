// Undoes what was done to containers, and waits until they are healthy.
import { setTimeout as sleep } from 'node:timers/promises'
import { isHealthy, undoContainer } from './container-commands.ts'
import type { ContainerAction } from './scenario.ts'

/** A `docker compose stop` that was cut off goes on for up to twenty seconds, and would win over an earlier start. */
export const lookMs = 25_000

/** As long as a service's own start may take on a busy machine. */
const healthyWithinMs = 90_000

export async function waitUntilHealthy(service: string): Promise<void> {
  const untilMs = Date.now() + healthyWithinMs
  while (!(await isHealthy(service))) {
    if (Date.now() > untilMs)
      throw new Error(
        `${service} is not healthy ${healthyWithinMs / 1000} s after it was put back; \`make up\` starts it.`,
      )
    await sleep(500)
  }
}

async function undoAll(actions: readonly ContainerAction[]): Promise<void> {
  for (const action of actions) await undoContainer(action)
}

/** `isDone`: all of it was done to its end. Otherwise the engine may still be at it, and it is undone again until that is over. */
export async function putBack(actions: readonly ContainerAction[], isDone: boolean): Promise<void> {
  const untilMs = Date.now() + (isDone ? 0 : lookMs)
  while (Date.now() < untilMs) {
    // What the engine is at may be in the way; the last time counts.
    await undoAll(actions).catch(() => undefined)
    await sleep(1000)
  }
  await undoAll(actions)
  for (const { service } of actions) await waitUntilHealthy(service)
}
