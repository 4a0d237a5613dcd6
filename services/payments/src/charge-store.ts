import type { Country } from '@techmart/contracts/shop'
import type { Db } from '@techmart/platform/postgres'

/** What an order's charge is. `refunding`: it is to be given back, and whether it was taken may still have to be asked. */
export type StoredState = 'pending' | 'charged' | 'declined' | 'refunding' | 'refunded' | 'void'

/** Amount and country are missing only in a `void` row: an order that was refunded before it was ever charged. */
export interface StoredCharge {
  orderId: string
  state: StoredState
  amountCents: number | null
  country: Country | null
  reason: string | null
  createdAt: Date
  /** Since when it is known what the provider made of the charge. */
  settledAt: Date | null
}

export interface SettledCharge {
  readonly charge: StoredCharge
  /** Whether this answer was written down, and none was known before. */
  readonly isFirst: boolean
}

export interface ChargeStore {
  /** The order's row; a new one is `pending`. */
  begin(order: { orderId: string; amountCents: number; country: Country }): Promise<StoredCharge>
  find(orderId: string): Promise<StoredCharge | undefined>
  /**
   * Writes what the provider answered to a charge, unless it is known already; gives the row as it is afterwards, whoever settled it.
   * What is to be given back stays `refunding` when it turns out charged.
   */
  settle(orderId: string, state: 'charged' | 'declined' | 'refunded', reason?: string): Promise<SettledCharge>
  /** From then on the order is not charged: what may have been taken is `refunding`, and an order without a row is `void`. */
  beginRefund(orderId: string): Promise<StoredCharge>
  /** Ends what was begun and known to be charged. */
  markRefunded(orderId: string): Promise<StoredCharge>
  /** Removes some rows that were settled before this, and none that is being refunded; says how many. */
  removeSettledBefore(hours: number, atMost: number): Promise<number>
}

interface Row {
  order_id: string
  state: Exclude<StoredState, 'refunding'>
  amount_cents: string | null
  country: Country | null
  reason: string | null
  created_at: Date
  settled_at: Date | null
  refund_asked_at: Date | null
}

const toCharge = (row: Row): StoredCharge => ({
  orderId: row.order_id,
  state: row.refund_asked_at !== null && isHeld(row.state) ? 'refunding' : row.state,
  // A bigint arrives as text; cents of one order are far below 2^53.
  amountCents: row.amount_cents === null ? null : Number(row.amount_cents),
  country: row.country,
  reason: row.reason,
  createdAt: row.created_at,
  settledAt: row.settled_at,
})

/** The money may be with us. */
const isHeld = (state: StoredState): boolean => state === 'pending' || state === 'charged'

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
      return row ? { charge: toCharge(row), isFirst: true } : { charge: await get(orderId), isFirst: false }
    },
    async beginRefund(orderId) {
      const [row] = await db.run<Row>(
        'begin refund',
        sql => sql`
          INSERT INTO charges (order_id, state, settled_at) VALUES (${orderId}, 'void', now())
          ON CONFLICT (order_id) DO UPDATE SET refund_asked_at = coalesce(charges.refund_asked_at, now())
          RETURNING *`,
      )
      if (!row) throw new Error(`The refund of order ${orderId} could not be written down.`)
      return toCharge(row)
    },
    async markRefunded(orderId) {
      const [row] = await db.run<Row>(
        'refund charge',
        sql => sql`
          UPDATE charges SET state = 'refunded', settled_at = now()
          WHERE order_id = ${orderId} AND state = 'charged' AND refund_asked_at IS NOT NULL
          RETURNING *`,
      )
      return row ? toCharge(row) : get(orderId)
    },
    async removeSettledBefore(hours, atMost) {
      const rows = await db.run<{ order_id: string }>(
        'remove old charges',
        sql => sql`
          DELETE FROM charges WHERE order_id IN (
            SELECT order_id FROM charges WHERE settled_at < now() - make_interval(hours => ${hours})
              AND NOT (state = 'charged' AND refund_asked_at IS NOT NULL)
            ORDER BY settled_at LIMIT ${atMost} FOR UPDATE SKIP LOCKED)
          RETURNING order_id`,
      )
      return rows.length
    },
  }
}
