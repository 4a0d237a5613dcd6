import type { Log } from './log.ts'
import { isPostgresOutage } from './postgres-errors.ts'
import { delay } from './wait.ts'

/**
 * Runs what fills a database at a service's start; begins again, for `withinMs` (60 s by default), while the server is away or too
 * slow: a service that ends over a busy minute ends the start of whoever waits for it. `seed` must be safe to run twice.
 * Throws what `seed` threw last when the time is over, and at once what is no outage.
 */
export async function seedPatiently<T>(
  log: Log,
  seed: () => Promise<T>,
  { withinMs = 60_000, pauseMs = 1_000 }: { withinMs?: number; pauseMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      return await seed()
    } catch (error) {
      if (!isPostgresOutage(error) || performance.now() >= deadline) throw error
      log.warn('the database is too slow to be filled; beginning again', { error })
      await delay(pauseMs)
    }
  }
}
