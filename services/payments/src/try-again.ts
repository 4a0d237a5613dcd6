// Up to three tries within one time limit, on technical failures only. All tries use the same charge key, so that a lost
// reply followed by another try does not charge twice.
import { setTimeout as after } from 'node:timers/promises'

export interface TryAgainOptions {
  isTechnical: (error: Error) => boolean
  tryTimeoutMs: number
  totalMs: number
  now?: () => number
  pause?: (ms: number) => Promise<unknown>
}

export type TryAgain = <T>(ask: (timeoutMs: number) => Promise<T>) => Promise<T>

const tries = 3
/** A try with less time than this is not worth a call: nearly all answers take longer. */
const shortestTryMs = 150

export function makeTryAgain(options: TryAgainOptions): TryAgain {
  const { isTechnical, tryTimeoutMs, totalMs, now = Date.now, pause = after } = options

  return async ask => {
    const deadlineMs = now() + totalMs
    for (let n = 1; ; n++) {
      try {
        return await ask(Math.min(tryTimeoutMs, deadlineMs - now()))
      } catch (error) {
        if (n === tries || !(error instanceof Error) || !isTechnical(error)) throw error
        const pauseMs = jitteredMs(n)
        if (deadlineMs - now() - pauseMs < shortestTryMs) throw error
        await pause(pauseMs)
      }
    }
  }
}

/** 50–100 ms, then 100–200 ms: short beside a checkout, and spread so that tries of many requests do not come together. */
function jitteredMs(triesMade: number): number {
  return 2 ** triesMade * 25 * (1 + Math.random())
}
