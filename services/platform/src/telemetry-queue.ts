// Holds finished spans or log records until the collector has taken them. The published batch processors hand a batch to an
// exporter that drops it after some ten seconds; this one keeps it and tries again, so that a collector may be away for a minute
// and more. What it trades is memory, and that is bounded: when the queue is full, what comes in is dropped and counted.
import { context } from '@opentelemetry/api'
import { type ExportResult, ExportResultCode, suppressTracing } from '@opentelemetry/core'
import { type Signal, telemetryLosses } from './telemetry-losses.ts'
import { delay } from './wait.ts'

export interface Exporter<T> {
  export(items: T[], done: (result: ExportResult) => void): void
  shutdown(): Promise<void>
}

export interface QueueOptions<T> {
  readonly signal: Signal
  readonly exporter: Exporter<T>
  /** 65,536 by default: smaller ones lost 11 to 85 % of the spans under load (tried). */
  readonly maxItems?: number
  /** 4,096 by default. */
  readonly maxBatch?: number
  /** Longest time an item waits for its batch; 1 s by default. */
  readonly sendEveryMs?: number
  readonly firstRetryMs?: number
  readonly longestRetryMs?: number
}

/** A bounded queue before one exporter, one batch at a time, in order. */
export class TelemetryQueue<T> {
  readonly #options: Required<QueueOptions<T>>
  readonly #items: T[] = []
  #told = 0
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined

  constructor(options: QueueOptions<T>) {
    this.#options = {
      maxItems: 65_536,
      maxBatch: 4_096,
      sendEveryMs: 1_000,
      firstRetryMs: 250,
      longestRetryMs: 5_000,
      ...options,
    }
  }

  /** Takes an item, or drops and counts it when the queue is full. Never throws, never waits. */
  add(item: T): void {
    const { maxItems, maxBatch, sendEveryMs, signal } = this.#options
    if (this.#items.length >= maxItems || this.#stopping.signal.aborted) {
      telemetryLosses.dropped[signal]++
      return
    }
    this.#items.push(item)
    this.#tellLength()
    if (this.#sending) return
    if (this.#items.length >= maxBatch) this.#send()
    else {
      this.#timer ??= setTimeout(() => this.#send(), sendEveryMs)
      this.#timer.unref()
    }
  }

  /** Resolves when all that was in the queue at the call has been taken or refused by the collector. */
  async flush(): Promise<void> {
    while (this.#items.length > 0) {
      this.#send()
      await this.#sending
    }
  }

  /** Flushes for `limitMs` at most; what is left then is dropped and counted. */
  async close(limitMs: number): Promise<void> {
    const { signal, exporter } = this.#options
    const flushed = new AbortController()
    await Promise.race([this.flush().then(() => flushed.abort()), delay(limitMs, flushed.signal)])
    this.#stopping.abort()
    clearTimeout(this.#timer)
    if (this.#items.length === 0) return exporter.shutdown()
    // The exporter is not waited for: it is still at the try that we have given up.
    telemetryLosses.dropped[signal] += this.#items.length
    say(`ended with ${this.#items.length} ${signal} that the collector has not taken`)
    this.#items.length = 0
  }

  /** Several queues may hold one signal: each tells by how much it has changed. */
  #tellLength(): void {
    telemetryLosses.queued[this.#options.signal] += this.#items.length - this.#told
    this.#told = this.#items.length
  }

  #send(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
      if (this.#items.length > 0 && !this.#stopping.signal.aborted) {
        this.#timer ??= setTimeout(() => this.#send(), this.#options.sendEveryMs)
        this.#timer.unref()
      }
    })
  }

  async #sendAll(): Promise<void> {
    const { maxBatch, signal } = this.#options
    do {
      const batch = this.#items.slice(0, maxBatch)
      const outcome = await this.#sendUntilTaken(batch)
      if (outcome === 'stopped') return
      if (outcome === 'refused') telemetryLosses.dropped[signal] += batch.length
      this.#items.splice(0, batch.length)
      this.#tellLength()
    } while (this.#items.length >= maxBatch)
  }

  async #sendUntilTaken(batch: T[]): Promise<'taken' | 'refused' | 'stopped'> {
    const { signal, firstRetryMs, longestRetryMs } = this.#options
    let pauseMs = firstRetryMs
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      const result = await this.#exportOnce(batch)
      if (result.code === ExportResultCode.SUCCESS) {
        if (attempt > 1) say(`the collector takes ${signal} again after ${attempt} tries`)
        return 'taken'
      }
      if (isRefusal(result.error)) {
        say(`the collector refused ${batch.length} ${signal}: ${String(result.error)}`)
        return 'refused'
      }
      if (attempt === 1) say(`the collector does not take ${signal}, holding them: ${String(result.error)}`)
      // Half of it by chance, so that ten services do not come back in the same moment.
      await delay(pauseMs * (0.5 + Math.random() / 2), this.#stopping.signal)
      pauseMs = Math.min(pauseMs * 2, longestRetryMs)
    }
    return 'stopped'
  }

  #exportOnce(batch: T[]): Promise<ExportResult> {
    return new Promise(resolve => {
      // The exporter's own request must make no spans: they would need another request.
      context.with(suppressTracing(context.active()), () => {
        try {
          this.#options.exporter.export(batch, resolve)
        } catch (error) {
          resolve({ code: ExportResultCode.FAILED, error: new UnsendableError(String(error)) })
        }
      })
    })
  }
}

/** The batch cannot be put into a request at all, so that trying again is no use. */
class UnsendableError extends Error {}

/** A 4xx other than "later" will be the same next time; everything else may heal. */
function isRefusal(error: unknown): boolean {
  if (error instanceof UnsendableError) return true
  const status = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN
  return status >= 400 && status < 500 && status !== 408 && status !== 429
}

/** On stderr: a line about lost logs cannot travel by the road that loses them. */
function say(message: string): void {
  process.stderr.write(`${JSON.stringify({ level: 'warn', message: `telemetry: ${message}` })}\n`)
}
