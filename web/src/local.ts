import { redraw } from './live.ts'
import { here } from './router.ts'

const states = new Map<string, object>()
let lastStep = 0

/** What a page has to remember of itself while it is shown: forgotten with the step to another page. */
export function local<T extends object>(name: string, initial: T): T {
  const { step } = here()
  if (step !== lastStep) states.clear()
  lastStep = step
  if (!states.has(name)) states.set(name, initial)
  return states.get(name) as T
}

export function change<T extends object>(state: T, changes: Partial<T>): void {
  Object.assign(state, changes)
  redraw()
}
