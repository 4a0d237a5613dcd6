// The life of a service: start, wait for a reason to stop, end in order. The order (design: readiness off, wait, consumers, HTTP,
// pools, telemetry) comes from closing in the reverse order of opening, after `stopping` has turned readiness off.

import type { Log } from './log.ts'
import { stopTelemetry } from './start-telemetry.ts'
import { delay, withLimit } from './wait.ts'

export interface RunOptions {
  readonly log: Log
  /** Longest time for the whole orderly end, in milliseconds; the process ends with 1 when it is over. */
  readonly limitMs: number
  /** Time between readiness off and the first closing, so that probes see it: two probe intervals; 1 s by default. */
  readonly drainWaitMs?: number
}

/**
 * Calls `start`, then waits for SIGTERM, SIGINT or a failure nobody caught; then aborts `stopping`, closes what was put on
 * `opened` in reverse order, flushes the telemetry and ends the process: 0 after a signal, 1 after a failure, after the limit or
 * after a second signal, which both say what was still open. Never returns while the process lives.
 */
export async function runUntilStopped(
  options: RunOptions,
  start: (opened: AsyncDisposableStack, stopping: AbortSignal) => Promise<void>,
): Promise<void> {
  const { log, limitMs, drainWaitMs = 1_000 } = options
  const opened = new NamedDisposableStack()
  const stopping = new AbortController()
  const reason = waitForReason(signal => {
    log.error(`${signal} again: ending at once`, { open: opened.openNames() })
    process.exit(1)
  })

  const started = start(opened, stopping.signal).then(
    () => new Promise<never>(() => {}),
    (error: unknown): Reason => ({ why: 'start failed', error }),
  )
  const why = await Promise.race([reason, started])
  if (why.error === undefined) log.info('stopping', { reason: why.why })
  else log.error(why.why, { error: why.error })

  const limit = setTimeout(() => {
    log.error(`not closed within ${limitMs} ms: ending`, { open: opened.openNames() })
    process.exit(1)
  }, limitMs)
  let code = why.error === undefined ? 0 : 1
  stopping.abort()
  if (why.why !== 'start failed') await delay(drainWaitMs)
  try {
    await opened.disposeAsync()
    log.info('stopped')
  } catch (error) {
    log.error('closing failed', { error })
    code = 1
  }
  await withLimit(
    stopTelemetry(),
    Math.max(500, limitMs / 3),
    () => new Error('telemetry was not flushed in time'),
  ).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
  })
  clearTimeout(limit)
  process.exit(code)
}

interface Reason {
  readonly why: string
  readonly error?: unknown
}

function waitForReason(onSecondSignal: (signal: string) => void): Promise<Reason> {
  return new Promise(resolve => {
    let signalled = false
    const onSignal = (signal: NodeJS.Signals) => {
      if (signalled) onSecondSignal(signal)
      signalled = true
      resolve({ why: signal })
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
    process.on('uncaughtException', error => resolve({ why: 'an exception nobody caught', error }))
    process.on('unhandledRejection', error => resolve({ why: 'a rejection nobody handled', error }))
  })
}

/** Knows by name what is still open. A part tells its name by Symbol.toStringTag. */
class NamedDisposableStack extends AsyncDisposableStack {
  readonly #open: string[] = []

  openNames(): readonly string[] {
    return [...this.#open]
  }

  override use<T extends AsyncDisposable | Disposable | null | undefined>(value: T): T {
    if (value === null || value === undefined) return value
    const name = nameOf(value)
    this.#open.push(name)
    super.defer(() => this.#forget(name))
    super.use(value)
    return value
  }

  override adopt<T>(value: T, onDisposeAsync: (value: T) => PromiseLike<void> | void): T {
    const name = nameOf(value)
    this.#open.push(name)
    super.defer(() => this.#forget(name))
    return super.adopt(value, onDisposeAsync)
  }

  #forget(name: string): void {
    this.#open.splice(this.#open.lastIndexOf(name), 1)
  }
}

function nameOf(value: unknown): string {
  const tag = (value as { [Symbol.toStringTag]?: unknown } | null)?.[Symbol.toStringTag]
  return typeof tag === 'string' ? tag : 'a part without a name'
}
