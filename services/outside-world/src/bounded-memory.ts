// A map that holds the most recently used entries and no more.
export class BoundedMemory<Value> {
  readonly #entries = new Map<string, Value>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  find(key: string): Value | undefined {
    const value = this.#entries.get(key)
    // A Map keeps the order of insertion: putting an entry in again makes it the youngest.
    if (value !== undefined) this.put(key, value)
    return value
  }

  put(key: string, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#limit) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }

  get size(): number {
    return this.#entries.size
  }
}
