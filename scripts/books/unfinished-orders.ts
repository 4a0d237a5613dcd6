// Books are opened between two orders: one that began before and is told of after would stand in half of them.
import type { Sql } from 'postgres'

/** Older ones are in no table's last minutes: whatever is still missing of them stands in none of the books to be opened. */
const lookBack = '2 minutes'

/** The orders of the last two minutes that are still under way: not at their end, or confirmed and not yet told to the customer. */
export async function readUnfinishedOrders({
  api,
  notifications,
}: Record<'api' | 'notifications', Sql>): Promise<string[]> {
  const underWay = await api<{ id: string }[]>`
    SELECT id FROM orders
    WHERE state NOT IN ('confirmed', 'cancelled') AND NOT is_sample AND created_at > now() - ${lookBack}::interval`
  const confirmed = await api<{ id: string }[]>`
    SELECT id FROM orders WHERE state = 'confirmed' AND NOT is_sample AND created_at > now() - ${lookBack}::interval`
  const ids = confirmed.map(({ id }) => id)
  const told = await notifications<{ id: string }[]>`
    SELECT order_id AS id FROM notifications
    WHERE template = 'order-confirmation' AND state = 'sent' AND order_id = ANY(${ids}::uuid[])`
  const isTold = new Set(told.map(({ id }) => id))
  return [...underWay.map(({ id }) => id), ...ids.filter(id => !isTold.has(id))]
}
