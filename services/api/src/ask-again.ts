// A call whose reply was lost may be asked again, since every call to inventory and payments is named by the order's id. An
// answer, a 5xx among them, is never asked for again: the other side has had its own tries. After a pause of uneven length, so
// that what was lost together does not come back together.
import { UpstreamError } from '@techmart/platform/refusals'
import { jitteredMs } from '@techmart/platform/try-again'
import { delay } from '@techmart/platform/wait'

export interface AskAgainLimits {
  readonly tries: number
  readonly tryTimeoutMs: number
  readonly totalMs: number
}

export async function askAgain<T>(
  { tries, tryTimeoutMs, totalMs }: AskAgainLimits,
  signal: AbortSignal,
  ask: (options: { timeoutMs: number; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const deadlineMs = Date.now() + totalMs
  for (let tryNumber = 1; ; tryNumber++) {
    try {
      return await ask({ timeoutMs: Math.max(1, Math.min(tryTimeoutMs, deadlineMs - Date.now())), signal })
    } catch (error) {
      const pauseMs = jitteredMs(tryNumber)
      if (!wasLost(error) || tryNumber === tries || Date.now() + pauseMs >= deadlineMs) throw error
      await delay(pauseMs, signal)
      if (signal.aborted) throw error
    }
  }
}

/** The request may have been heard, though no answer came. */
export const wasLost = (error: unknown): boolean =>
  error instanceof UpstreamError && (error.kind === 'reset' || error.kind === 'timeout')
