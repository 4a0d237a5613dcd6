// Reservations as they are written first: look whether there is enough, then take it. It writes the same rows as inventory does, in
// the same transactions and by rising product id; only that two who look at once both find the last lamp.
import type { Db, Postgres } from '@techmart/platform/postgres'
import type { ReservationStore, ReservedItem } from '../../services/inventory/src/reservation-store.ts'

interface Row {
  state: 'held' | 'committed' | 'released'
  items: ReservedItem[]
  expires_at: Date
}

export function makeReadThenWriteStore(
  postgres: Postgres,
  holdMs: number,
): Pick<ReservationStore, 'reserve' | 'commit'> {
  return {
    reserve: (orderId, items) =>
      postgres.transaction(async tx => {
        const inOrder = items.toSorted((one, other) => one.productId - other.productId)
        for (const { productId, quantity } of inOrder) {
          const available = await findAvailable(tx, productId)
          if (available < quantity) return { outcome: 'out-of-stock', productId, available }
        }
        for (const { productId, quantity } of inOrder) {
          await tx.run(
            'take stock unseen',
            sql => sql`
              UPDATE stock SET available = available - ${quantity}, held = held + ${quantity} WHERE product_id = ${productId}`,
          )
        }
        const [row] = await tx.run<Row>(
          'insert reservation',
          sql => sql`
            INSERT INTO reservations (order_id, state, items, expires_at)
            VALUES (${orderId}, 'held', ${sql.json(inOrder.map(item => ({ ...item })))}, now() + ${holdMs} * interval '1 ms')
            RETURNING *`,
        )
        if (row === undefined) throw new Error('The reservation was not written.')
        const expiresAt = row.expires_at.toISOString()
        return { outcome: 'held', reservation: { orderId, state: row.state, expiresAt }, repeated: false }
      }),

    commit: orderId =>
      postgres.transaction(async tx => {
        const [row] = await tx.run<Row>(
          'find reservation',
          sql => sql`SELECT * FROM reservations WHERE order_id = ${orderId}`,
        )
        if (row === undefined) return { outcome: 'unknown' }
        for (const { productId, quantity } of row.items) {
          await tx.run(
            'take from held stock',
            sql => sql`UPDATE stock SET held = held - ${quantity} WHERE product_id = ${productId}`,
          )
          await tx.run(
            'record movement',
            sql =>
              sql`INSERT INTO movements (product_id, quantity, reason) VALUES (${productId}, ${-quantity}, 'sold')`,
          )
        }
        await tx.run(
          'mark reservation committed',
          sql => sql`UPDATE reservations SET state = 'committed' WHERE order_id = ${orderId}`,
        )
        const expiresAt = row.expires_at.toISOString()
        return { outcome: 'committed', reservation: { orderId, state: 'committed', expiresAt }, repeated: false }
      }),
  }
}

async function findAvailable(tx: Db, productId: number): Promise<number> {
  const [row] = await tx.run<{ available: number }>(
    'look into stock',
    sql => sql`SELECT available FROM stock WHERE product_id = ${productId}`,
  )
  return row?.available ?? 0
}
