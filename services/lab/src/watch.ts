// Watching something that may be away: its figures are exported while it answers, and vanish when it does not. An old figure
// would look like a healthy one.
import type { Log } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'

export interface WatchOptions {
  /** What is watched, for the log. */
  readonly what: string
  readonly everyMs: number
  /** Reads and exports. Throws when the watched thing does not answer. */
  readonly read: () => Promise<void>
  /** Takes every figure back. */
  readonly forget: () => void
  readonly log: Log
}

export function startWatching({ what, everyMs, read, forget, log }: WatchOptions): AsyncDisposable {
  return startLoop({
    name: `watch ${what}`,
    everyMs,
    log,
    work: async () => {
      try {
        await read()
      } catch (error) {
        forget()
        throw error
      }
    },
  })
}
