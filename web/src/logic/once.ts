// Buying once, however often one has to ask: the key that names a try is kept until its answer is known for good, over reloads,
// too. The same request has the same key, another request another one.
import type { Stored } from './stored.ts'

export interface Once {
  /** The key of this very request: that of an earlier try whose end nobody knows, or a new one. */
  keyOf(request: unknown): string
  /** The answer is known: the next try is a new one. */
  done(): void
}

/** Of a UUID, which stands before the request that it names. */
const keyLength = 36

export const makeOnce = (tried: Stored<string>): Once => ({
  keyOf(request) {
    const text = JSON.stringify(request)
    if (tried.get().slice(keyLength) !== text) tried.set(crypto.randomUUID() + text)
    return tried.get().slice(0, keyLength)
  },
  done: () => tried.set(''),
})
