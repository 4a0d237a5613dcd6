// The gate of a consumer: closed while a fault of kind `stop` wants one of its topics left alone.
import type { Faults } from './faults.ts'
import { delay } from './wait.ts'

export interface FaultGate extends Disposable {
  /** Aborted when the gate closes; a new one when it opens again. */
  closing(): AbortSignal
  /** Resolves when the gate is open or the signal is aborted. */
  opened(signal: AbortSignal): Promise<void>
}

export function openGate(faults: Faults, topics: readonly string[]): FaultGate {
  let closed = new AbortController()
  let reopened = new AbortController()
  const watching = faults.watch(active => {
    const isStopped = active.some(
      ({ point, kind, target }) =>
        point === 'consumer' && kind === 'stop' && (target === undefined || topics.includes(target)),
    )
    if (isStopped && !closed.signal.aborted) {
      reopened = new AbortController()
      closed.abort()
    } else if (!isStopped && closed.signal.aborted) {
      closed = new AbortController()
      reopened.abort()
    }
  })
  return {
    closing: () => closed.signal,
    opened: async signal => {
      while (closed.signal.aborted && !signal.aborted) {
        // The listener must be heard even after a missed turn; a day is longer than any fault lasts.
        await delay(86_400_000, AbortSignal.any([reopened.signal, signal]))
      }
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  }
}
