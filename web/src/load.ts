// What was loaded, by its key. It is asked for once with every step to another page; meanwhile what was known of it before is
// shown, so that the way back shows a page at once, and at the height that it had.
import { redraw } from './live.ts'
import { nextLookMs } from './logic/next-look.ts'
import { here } from './router.ts'

export interface Loaded<T> {
  data?: T
  /** Why there is no data. */
  error?: unknown
  /** It is still going on, and is not looked at any more. */
  isGivenUp?: boolean
  /** Asks again. */
  again(): void
}

interface Entry<T> extends Loaded<T> {
  step: number
  looks: number
}

const known = new Map<string, Entry<unknown>>()
const maxKnown = 60

/** Call it while drawing. With `isOver`, what is still going on is looked at again and again until it is over. */
export function load<T>(key: string, ask: () => Promise<T>, isOver?: (data: T) => boolean): Loaded<T> {
  const { step } = here()
  const before = known.get(key) as Entry<T> | undefined
  if (before?.step === step) return before
  const entry: Entry<T> = {
    ...before,
    error: undefined,
    isGivenUp: false,
    step,
    looks: (before?.looks ?? -1) + 1,
    again() {
      entry.step = -1
      redraw()
    },
  }
  known.delete(key)
  known.set(key, entry as Entry<unknown>)
  if (known.size > maxKnown) known.delete(known.keys().next().value as string)
  fill()
  return entry

  async function fill(): Promise<void> {
    try {
      entry.data = await ask()
    } catch (error) {
      if (entry.data === undefined) entry.error = error
    }
    if (entry.data !== undefined && isOver?.(entry.data) === false) {
      const ms = nextLookMs(entry.looks)
      entry.isGivenUp = !ms
      if (ms) setTimeout(() => here().step === step && entry.again(), ms)
    }
    redraw()
  }
}
