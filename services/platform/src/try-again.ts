// A few tries within one time limit, on technical failures only. For calls that may be repeated: those that change nothing, or
// that carry the same key every time, so that a lost reply followed by another try does nothing twice.
import { setTimeout as after } from 'node:timers/promises'

export interface TryAgainOptions {
  readonly isTechnical: (error: Error) => boolean
  readonly tryTimeoutMs: number
  readonly totalMs: number
  /** 3 by default. */
  readonly tries?: number
  /** A try with less time than this is not worth a call; 150 by default. */
  readonly shortestTryMs?: number
  readonly now?: () => number
  readonly pause?: (ms: number) => Promise<unknown>
}

/** `ask` hears how long it may take, and whether it was asked before. */
export type TryAgain = <T>(ask: (timeoutMs: number, isRepeat: boolean) => Promise<T>) => Promise<T>

export function makeTryAgain(options: TryAgainOptions): TryAgain {
  const { isTechnical, tryTimeoutMs, totalMs, tries = 3, shortestTryMs = 150, now = Date.now, pause = after } = options

  return async ask => {
    const deadlineMs = now() + totalMs
    for (let n = 1; ; n++) {
      try {
        return await ask(Math.min(tryTimeoutMs, deadlineMs - now()), n > 1)
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
export function jitteredMs(triesMade: number): number {
  return 2 ** triesMade * 25 * (1 + Math.random())
}
