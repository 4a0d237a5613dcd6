// Counts what clients did within a minute. Each sort has room of its own: sessions are invented without end, and must not push
// addresses out of the memory that holds them back.
import type { Client, ClientSort } from './client-key.ts'
import { type WindowCount, WindowCounts } from './window-counts.ts'

export class ClientCounts {
  readonly #bySort: Readonly<Record<ClientSort, WindowCounts>>

  constructor(options: { maxKeysPerSort: number }) {
    const open = () => new WindowCounts({ windowMs: 60_000, maxKeys: options.maxKeysPerSort })
    this.#bySort = { token: open(), session: open(), address: open(), crowd: open() }
  }

  /** What the client did before, of this kind; counts nothing. */
  find(client: Client, nowMs: number, kind = ''): WindowCount | undefined {
    return this.#bySort[client.sort].find(`${kind} ${client.key}`, nowMs)
  }

  add(client: Client, nowMs: number, kind = ''): WindowCount {
    return this.#bySort[client.sort].add(`${kind} ${client.key}`, nowMs)
  }
}
