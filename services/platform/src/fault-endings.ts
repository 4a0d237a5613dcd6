// Whoever waits in a fault is let go as soon as it is over, by its time or because it was stopped: "all off" leaves nobody hanging.
import type { Faults } from './faults.ts'

export interface FaultEndings extends Disposable {
  /** Aborted when that fault is over; undefined where it already is. */
  find(id: string): AbortSignal | undefined
}

export function followEndings(watch: Faults['watch']): FaultEndings {
  const running = new Map<string, AbortController>()
  const watching = watch(active => {
    const ids = new Set(active.map(({ id }) => id))
    for (const id of ids) if (!running.has(id)) running.set(id, new AbortController())
    for (const [id, ending] of running) {
      if (ids.has(id)) continue
      running.delete(id)
      ending.abort()
    }
  })
  return {
    find: id => running.get(id)?.signal,
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  }
}
