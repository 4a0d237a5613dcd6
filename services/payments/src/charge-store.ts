import type { Country } from '@techmart/contracts/shop'
import type { Db } from '@techmart/platform/postgres'

export type StoredState = 'pending' | 'charged' | 'declined' | 'refunded' | 'void'

/** Amount and country are missing only in a `void` row: an order that was refunded before it was ever charged. */
export interface StoredCharge {
  orderId: string
  state: StoredState
  amountCents: number | null
  country: Country | null
  reason: string | null
  createdAt: Date
}

export interface ChargeStore {
  /** The order's row; a new one is `pending`. */
  begin(order: { orderId: string; amountCents: number; country: Country }): Promise<StoredCharge>
  find(orderId: string): Promise<StoredCharge | undefined>
  /** Writes the provider's answer to a pending row; gives the row as it is afterwards, whoever settled it. */
  settle(orderId: string, state: 'charged' | 'declined' | 'refunded', reason?: string): Promise<StoredCharge>
  markRefunded(orderId: string): Promise<StoredCharge>
  /** Makes sure that an order without a row is never charged; gives the row that was there first, if any. */
  voidUnlessKnown(orderId: string): Promise<StoredCharge | undefined>
  /** Removes some settled rows older than this; says how many. */
  removeSettledBefore(hours: number, atMost: number): Promise<number>
}

interface Row {
  order_id: string
  state: StoredState
  amount_cents: string | null
  country: Country | null
  reason: string | null
  created_at: Date
}

const toCharge = (row: Row): StoredCharge => ({
  orderId: row.order_id,
  state: row.state,
  // A bigint arrives as text; cents of one order are far below 2^53.
  amountCents: row.amount_cents === null ? null : Number(row.amount_cents),
  country: row.country,
  reason: row.reason,
  createdAt: row.created_at,
})

export function makeChargeStore(db: Db): ChargeStore {
  async function find(orderId: string): Promise<StoredCharge | undefined> {
    const [row] = await db.run<Row>('select charge', sql => sql`SELECT * FROM charges WHERE order_id = ${orderId}`)
    return row && toCharge(row)
  }

  async function get(orderId: string): Promise<StoredCharge> {
    const charge = await find(orderId)
    if (!charge) throw new Error(`The charge of order ${orderId} vanished while it was worked on.`)
    return charge
  }

  return {
    find,
    async begin({ orderId, amountCents, country }) {
      const [row] = await db.run<Row>(
        'insert charge',
        sql => sql`
          INSERT INTO charges (order_id, state, amount_cents, country)
          VALUES (${orderId}, 'pending', ${amountCents}, ${country})
          ON CONFLICT (order_id) DO NOTHING
          RETURNING *`,
      )
      return row ? toCharge(row) : get(orderId)
    },
    async settle(orderId, state, reason) {
      const [row] = await db.run<Row>(
        'settle charge',
        sql => sql`
          UPDATE charges SET state = ${state}, reason = ${reason ?? null}, settled_at = now()
          WHERE order_id = ${orderId} AND state = 'pending'
          RETURNING *`,
      )
      return row ? toCharge(row) : get(orderId)
    },
    async markRefunded(orderId) {
      const [row] = await db.run<Row>(
        'refund charge',
        sql => sql`
          UPDATE charges SET state = 'refunded', settled_at = now()
          WHERE order_id = ${orderId} AND state = 'charged'
          RETURNING *`,
      )
      return row ? toCharge(row) : get(orderId)
    },
    async voidUnlessKnown(orderId) {
      const [row] = await db.run<Row>(
        'void charge',
        sql => sql`
          INSERT INTO charges (order_id, state, settled_at) VALUES (${orderId}, 'void', now())
          ON CONFLICT (order_id) DO NOTHING
          RETURNING *`,
      )
      return row ? undefined : get(orderId)
    },
    async removeSettledBefore(hours, atMost) {
      const rows = await db.run<{ order_id: string }>(
        'remove old charges',
        sql => sql`
          DELETE FROM charges WHERE order_id IN (
            SELECT order_id FROM charges WHERE settled_at < now() - make_interval(hours => ${hours})
            ORDER BY settled_at LIMIT ${atMost} FOR UPDATE SKIP LOCKED)
          RETURNING order_id`,
      )
      return rows.length
    },
  }
}
