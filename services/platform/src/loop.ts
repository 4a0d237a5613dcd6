// Work that a service does by itself, again and again: recovery, restocking, cleaning. The first round begins at once; a round
// that fails is told and followed by the next one. Rounds make no spans of their own, or an idle lab would fill its trace store
// with polling; work that belongs to somebody's trace restores that trace's context.
import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Log } from './log.ts'
import { delay } from './wait.ts'

export interface LoopOptions {
  /** What is done, in words, for the log: 'recover orders'. */
  readonly name: string
  /** From the end of one round to the beginning of the next; a function is asked at the end of each. */
  readonly everyMs: number | (() => number)
  readonly work: () => Promise<unknown>
  readonly log: Log
}

/** Closing it waits for the round that is under way. */
export function startLoop({ name, everyMs, work, log }: LoopOptions): AsyncDisposable {
  const closing = new AbortController()
  const everyWords = typeof everyMs === 'number' ? ` every ${everyMs} ms` : ''

  async function run(): Promise<void> {
    let failing = false
    while (!closing.signal.aborted) {
      try {
        await work()
        if (failing) log.info(`${name}: works again`)
        failing = false
      } catch (error) {
        // Once an outage, not once a round: the first line says all that the others would.
        if (!failing) log.warn(`${name}: a round failed, and is tried again${everyWords}`, { error })
        failing = true
      }
      await delay(typeof everyMs === 'number' ? everyMs : everyMs(), closing.signal)
    }
  }

  const running = context.with(suppressTracing(context.active()), run)
  return {
    [Symbol.toStringTag]: `loop: ${name}`,
    async [Symbol.asyncDispose]() {
      closing.abort()
      await running
    },
  } as AsyncDisposable
}
