// A value that outlives the page, kept by the browser. What is read back is checked: anybody may have written it, an older
// version of this store among them. Where the browser keeps nothing (private windows, full disks) it lasts as long as the page.
import { redraw } from '../live.ts'

export interface Stored<T> {
  get(): T
  set(next: T): void
}

export type Kept = Pick<Storage, 'getItem' | 'setItem'>

/** `read` makes a good value of anything, `undefined` included. Where browsers forbid storage, already naming it throws. */
export function makeStored<T>(storage: () => Kept, key: string, read: (raw: unknown) => T): Stored<T> {
  let value: T

  function load(): void {
    try {
      value = read(JSON.parse(storage().getItem(key) ?? 'null'))
    } catch {
      value = read(undefined)
    }
  }
  load()

  // Another tab of the store has changed it.
  globalThis.addEventListener?.('storage', () => {
    load()
    redraw()
  })

  return {
    get: () => value,
    set(next) {
      value = next
      redraw()
      try {
        storage().setItem(key, JSON.stringify(next))
      } catch {
        // It lasts as long as the page.
      }
    },
  }
}
