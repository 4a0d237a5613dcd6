// Watching something that may be away: its figures are exported while it answers, and vanish when it does not. An old figure
// would look like a healthy one.
import type { LabEvents } from './events.ts'
import { startRepeating } from './repeat.ts'

export interface WatchOptions {
  /** What is watched, for the log. */
  readonly what: string
  readonly everyMs: number
  /** Reads and exports. Throws when the watched thing does not answer. */
  readonly read: () => Promise<void>
  /** Takes every figure back. */
  readonly forget: () => void
  readonly events: LabEvents
}

export function startWatching({ what, everyMs, read, forget, events }: WatchOptions): AsyncDisposable {
  let answers: boolean | undefined
  return startRepeating({
    everyMs,
    task: async () => {
      try {
        await read()
        if (answers !== true) events.watching(what)
        answers = true
      } catch (error) {
        forget()
        if (answers !== false) events.watchLost(what, error)
        answers = false
      }
    },
  })
}
