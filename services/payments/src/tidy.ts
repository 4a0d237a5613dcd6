// A week of running must not fill the disk: settled charges go after a while, in small bites that lock nothing for long.
import type { Log } from '@techmart/platform/log'
import type { ChargeStore } from './charge-store.ts'

const everyMs = 60_000
// Sixty times this an hour is more than ten times what fifty requests a second leave behind.
const rowsAtOnce = 2_000

export function startTidying(options: { charges: ChargeStore; log: Log; retentionHours: number }): AsyncDisposable {
  const { charges, log, retentionHours } = options
  let running: Promise<void> = Promise.resolve()

  const timer = setInterval(() => {
    running = charges.removeSettledBefore(retentionHours, rowsAtOnce).then(
      removed => {
        if (removed > 0) log.debug('old charges removed', { removed })
      },
      error => log.warn('old charges could not be removed', { error }),
    )
  }, everyMs)

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    },
  }
}
