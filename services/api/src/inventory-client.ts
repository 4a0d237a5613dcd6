// Inventory as the checkout sees it.
import { commitReservation, releaseReservation, reserveStock } from '@techmart/contracts/inventory-routes'
import type { HttpClient } from '@techmart/platform/http-client'
import { askAgain } from './ask-again.ts'
import { unexpectedAnswer } from './unexpected-answer.ts'

export interface InventoryClient {
  reserve(orderId: string, items: readonly OrderedItem[], signal: AbortSignal): Promise<ReserveResult>
  /** `lapsed`: the goods are no longer held, so they may have been sold to somebody else. */
  commit(orderId: string, signal: AbortSignal): Promise<'committed' | 'lapsed'>
  release(orderId: string, signal: AbortSignal): Promise<void>
}

export interface OrderedItem {
  readonly productId: number
  readonly quantity: number
}

export type ReserveResult =
  | { readonly outcome: 'reserved' }
  | { readonly outcome: 'out-of-stock'; readonly itemIndex: number; readonly available: number }

/** Stock is one short transaction: who needs longer is in trouble. */
const limits = { tries: 2, tryTimeoutMs: 1_500, totalMs: 2_500 }

export function makeInventoryClient(http: HttpClient): InventoryClient {
  return {
    async reserve(orderId, items, signal) {
      const body = { orderId, items: items.map(({ productId, quantity }) => ({ productId, quantity })) }
      const reply = await askAgain(limits, signal, options => http.call(reserveStock, { body }, options))
      if (reply.status === 201) return { outcome: 'reserved' }
      if (reply.status === 409 && reply.body.error === 'out_of_stock') {
        return { outcome: 'out-of-stock', ...readShortage(reply.body) }
      }
      throw unexpectedAnswer('inventory', 'a reservation', reply)
    },

    async commit(orderId, signal) {
      const params = { orderId }
      const reply = await askAgain(limits, signal, options => http.call(commitReservation, { params }, options))
      if (reply.status === 200) return 'committed'
      if (reply.status === 409 || reply.status === 404) return 'lapsed'
      throw unexpectedAnswer('inventory', 'a commit', reply)
    },

    async release(orderId, signal) {
      const params = { orderId }
      const reply = await askAgain(limits, signal, options => http.call(releaseReservation, { params }, options))
      if (reply.status !== 200 && reply.status !== 204) throw unexpectedAnswer('inventory', 'a release', reply)
    },
  }
}

/** `field` is body.items.<n>, `allowed` holds the quantity left. */
function readShortage(body: { field?: string; allowed?: unknown[] }): { itemIndex: number; available: number } {
  const index = Number(/\d+/.exec(body.field ?? '')?.[0] ?? 0)
  const [available] = body.allowed ?? []
  return { itemIndex: index, available: typeof available === 'number' ? available : 0 }
}
