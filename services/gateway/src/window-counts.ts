// Counts by key within a window of time that begins with the key's first event. Holds a bounded number of keys: when there are
// more, the one that was quiet longest starts anew.
export interface WindowCount {
  readonly count: number
  readonly endsInMs: number
}

export class WindowCounts {
  readonly #windows = new Map<string, { startedAtMs: number; count: number }>()
  readonly #windowMs: number
  readonly #maxKeys: number

  constructor(options: { windowMs: number; maxKeys: number }) {
    this.#windowMs = options.windowMs
    this.#maxKeys = options.maxKeys
  }

  /** Undefined where no window is open. */
  find(key: string, nowMs: number): WindowCount | undefined {
    const known = this.#windows.get(key)
    const endsInMs = known === undefined ? 0 : known.startedAtMs + this.#windowMs - nowMs
    return known && endsInMs > 0 ? { count: known.count, endsInMs } : undefined
  }

  add(key: string, nowMs: number): WindowCount {
    const known = this.#windows.get(key)
    const isOver = known === undefined || nowMs - known.startedAtMs >= this.#windowMs
    const window = isOver ? { startedAtMs: nowMs, count: 0 } : known
    window.count++
    // A Map keeps the order of insertion: put in again, the key is the youngest.
    this.#windows.delete(key)
    this.#windows.set(key, window)
    if (this.#windows.size > this.#maxKeys) this.#dropOldest()
    return { count: window.count, endsInMs: window.startedAtMs + this.#windowMs - nowMs }
  }

  #dropOldest(): void {
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest)
      return
    }
  }
}
