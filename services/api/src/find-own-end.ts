// Postgres may write an order's last step and lose the connection before it says so. The order is at its end then, the message that
// tells of it leaves, and whoever wrote it has heard of a failure: reading it again tells. Undefined where it has not ended, somebody
// else ended it, or it could not be read in time.
import { delay, withLimit } from '@techmart/platform/wait'
import { isFinished, type OrderRecord } from './order-record.ts'
import type { OrderStore } from './order-store.ts'

const betweenReadsMs = 100

export async function findOwnEnd(
  orders: Pick<OrderStore, 'find'>,
  { id, attempt }: OrderRecord,
  withinMs: number,
): Promise<OrderRecord | undefined> {
  const giveUpAt = Date.now() + withinMs
  for (;;) {
    try {
      const leftMs = Math.max(1, giveUpAt - Date.now())
      const found = await withLimit(orders.find(id), leftMs, () => new Error(`no answer within ${withinMs} ms`))
      return found !== undefined && isFinished(found) && found.attempt === attempt ? found : undefined
    } catch {
      // What cut the reply off may last for a moment.
      if (Date.now() + betweenReadsMs >= giveUpAt) return undefined
      await delay(betweenReadsMs)
    }
  }
}
