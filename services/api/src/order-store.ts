// Orders in Postgres. Every change of state is one guarded UPDATE: it happens only from the state and under the attempt that
// the caller knows, else somebody else has taken the order over (OrderTakenError).
import { randomUUID } from 'node:crypto'
import type { OrderPlaced } from '@techmart/contracts/order-events'
import type { OrderState } from '@techmart/contracts/order-routes'
import { ordersPlacedTopic } from '@techmart/contracts/topics'
import { addToOutbox } from '@techmart/platform/outbox'
import type { Db, Postgres } from '@techmart/platform/postgres'
import type { OrderRecord, OrderRefusal } from './order-record.ts'
import { type OrderRow, toOrderRecord } from './order-row.ts'
import { giveUseBack, takeUse } from './promotion-store.ts'

export class OrderTakenError extends Error {
  override readonly name = 'OrderTakenError'
  readonly orderId: string
  constructor(orderId: string) {
    super(`Order ${orderId} is being settled by somebody else.`)
    this.orderId = orderId
  }
}

/** The last use went to another order between looking and taking. */
export class PromotionUsedUpError extends Error {
  override readonly name = 'PromotionUsedUpError'
}

/** The order was not created, because its promotion could not be taken; without one it may be. */
export class PromotionNotTakenError extends Error {
  override readonly name = 'PromotionNotTakenError'
}

export type NewOrder = Omit<OrderRecord, 'state' | 'history' | 'refusal' | 'refundAsked' | 'attempt'> & {
  readonly idempotencyKey: string
}

export interface OrderListQuery {
  readonly email?: string | undefined
  readonly page: number
  readonly pageSize: number
  readonly countUpTo: number
}

export interface OrderStore {
  find(id: string): Promise<OrderRecord | undefined>
  findByKey(idempotencyKey: string): Promise<OrderRecord | undefined>
  /** Newest first: a customer's, or everybody's without an e-mail address. `total` is at most `countUpTo`. */
  list(query: OrderListQuery): Promise<{ orders: OrderRecord[]; total: number }>
  /**
   * With one use of its promotion, in one transaction (PromotionUsedUpError, PromotionNotTakenError). Undefined when the
   * idempotency key is taken. `recoverAfterMs`: from then on recovery may take it over.
   */
  create(order: NewOrder, recoverAfterMs: number): Promise<OrderRecord | undefined>
  advance(order: OrderRecord, state: 'reserved' | 'charged'): Promise<OrderRecord>
  /** Before a refund is asked for: no attempt confirms the order any more. */
  beginRefund(order: OrderRecord): Promise<OrderRecord>
  /** The order and the message that tells of it, in one transaction. */
  confirm(order: OrderRecord): Promise<OrderRecord>
  /**
   * With a refusal the idempotency key keeps its answer; without, the key is free for another try. The use of its promotion
   * is given back in the same transaction.
   */
  cancel(order: OrderRecord, refusal?: OrderRefusal): Promise<OrderRecord>
  /** Gives an unfinished order to recovery. */
  handOver(order: OrderRecord, afterMs: number): Promise<void>
  /** Takes over orders whose time has come, each by one replica only, for `leaseMs`. */
  claimUnfinished(limit: number, leaseMs: number): Promise<OrderRecord[]>
  countUnfinished(): Promise<{ orders: number; oldestSeconds: number }>
  /** At most `limit` finished orders; says how many. */
  removeOlderThan(days: number, limit: number): Promise<number>
}

export function makeOrderStore(postgres: Postgres): OrderStore {
  return {
    async find(id) {
      const [row] = await postgres.run<OrderRow>('find order', sql => sql`SELECT * FROM orders WHERE id = ${id}`)
      return row && toOrderRecord(row)
    },

    async findByKey(idempotencyKey) {
      const [row] = await postgres.run<OrderRow>(
        'find order by key',
        sql => sql`SELECT * FROM orders WHERE idempotency_key = ${idempotencyKey}`,
      )
      return row && toOrderRecord(row)
    },

    async list({ email, page, pageSize, countUpTo }) {
      const [rows, counts] = await Promise.all([
        postgres.run<OrderRow>(
          'list orders',
          sql => sql`
            SELECT * FROM orders ${email === undefined ? sql`` : sql`WHERE lower(email) = lower(${email})`}
            ORDER BY created_at DESC, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
        ),
        postgres.run<{ total: number }>(
          'count orders',
          sql => sql`
            SELECT count(*)::integer AS total FROM (
              SELECT FROM orders ${email === undefined ? sql`` : sql`WHERE lower(email) = lower(${email})`}
              LIMIT ${countUpTo}) AS counted`,
        ),
      ])
      return { orders: rows.map(toOrderRecord), total: counts[0]?.total ?? 0 }
    },

    create: (order, recoverAfterMs) => {
      const { promotion } = order
      if (promotion === undefined) return insertOrder(postgres, order, recoverAfterMs)
      return postgres.transaction(async tx => {
        // The order first: a repeated request waits here for the first one, and takes nothing.
        const created = await insertOrder(tx, order, recoverAfterMs)
        if (created !== undefined) await takePromotion(tx, promotion.code)
        return created
      })
    },

    advance: (order, state) => changeState(postgres, order, state),

    async beginRefund(order) {
      const [row] = await postgres.run<OrderRow>(
        'begin refund of order',
        sql => sql`
          UPDATE orders SET refund_asked = true
          WHERE id = ${order.id} AND state = ${order.state} AND attempt = ${order.attempt}
          RETURNING *`,
      )
      if (row === undefined) throw new OrderTakenError(order.id)
      return toOrderRecord(row)
    },

    confirm: order =>
      postgres.transaction(async tx => {
        const confirmed = await changeState(tx, order, 'confirmed')
        await addToOutbox(tx, { topic: ordersPlacedTopic.name, key: order.id, value: toOrderPlaced(confirmed) })
        return confirmed
      }),

    cancel: (order, refusal) => {
      const { promotion } = order
      if (promotion === undefined) return changeState(postgres, order, 'cancelled', refusal)
      return postgres.transaction(async tx => {
        const cancelled = await changeState(tx, order, 'cancelled', refusal)
        await giveUseBack(tx, promotion.code)
        return cancelled
      })
    },

    async handOver(order, afterMs) {
      await postgres.run(
        'hand order over',
        sql => sql`
          UPDATE orders SET recover_at = now() + ${afterMs} * interval '1 ms'
          WHERE id = ${order.id} AND attempt = ${order.attempt} AND recover_at IS NOT NULL`,
      )
    },

    async claimUnfinished(limit, leaseMs) {
      const rows = await postgres.run<OrderRow>(
        'claim unfinished orders',
        sql => sql`
          UPDATE orders SET attempt = attempt + 1, recover_at = now() + ${leaseMs} * interval '1 ms'
          WHERE id IN (
            SELECT id FROM orders WHERE recover_at <= now() ORDER BY recover_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING *`,
      )
      return rows.map(toOrderRecord)
    },

    async countUnfinished() {
      const [row] = await postgres.run<{ orders: number; oldest_seconds: number }>(
        'count unfinished orders',
        sql => sql`
          SELECT count(*)::integer AS orders, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest_seconds
          FROM orders WHERE recover_at IS NOT NULL`,
      )
      return { orders: row?.orders ?? 0, oldestSeconds: Math.max(0, row?.oldest_seconds ?? 0) }
    },

    async removeOlderThan(days, limit) {
      const rows = await postgres.run(
        'remove old orders',
        sql => sql`
          DELETE FROM orders WHERE id IN (
            SELECT id FROM orders
            WHERE created_at < now() - ${days} * interval '1 day' AND recover_at IS NULL AND NOT is_sample
            ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING id`,
      )
      return rows.length
    },
  }
}

async function insertOrder(db: Db, order: NewOrder, recoverAfterMs: number): Promise<OrderRecord | undefined> {
  const history = [{ state: 'pending', at: order.createdAt.toISOString() }]
  const [row] = await db.run<OrderRow>(
    'create order',
    sql => sql`
      INSERT INTO orders (id, idempotency_key, body_hash, state, email, country, segment, customer_name, items,
                          promotion_code, discount_cents, shipping_cents, shipping_source, total_cents, history,
                          created_at, recover_at, trace_context)
      VALUES (${order.id}, ${order.idempotencyKey}, ${order.bodyHash}, 'pending', ${order.email}, ${order.country},
              ${order.segment}, ${order.customerName ?? null}, ${sql.json([...order.items])},
              ${order.promotion?.code ?? null}, ${order.promotion?.discountCents ?? 0}, ${order.shippingCents},
              ${order.shippingSource}, ${order.totalCents}, ${sql.json(history)}, ${order.createdAt},
              now() + ${recoverAfterMs} * interval '1 ms', ${sql.json({ ...order.traceContext })})
      ON CONFLICT (idempotency_key) DO NOTHING
      RETURNING *`,
  )
  return row && toOrderRecord(row)
}

async function takePromotion(tx: Db, code: string): Promise<void> {
  let taken: boolean
  try {
    taken = await takeUse(tx, code)
  } catch (cause) {
    throw new PromotionNotTakenError(`One use of ${code} could not be taken.`, { cause })
  }
  if (!taken) throw new PromotionUsedUpError(`The last use of ${code} is taken.`)
}

async function changeState(
  db: Db,
  order: OrderRecord,
  state: OrderState,
  refusal?: OrderRefusal,
): Promise<OrderRecord> {
  const finished = state === 'confirmed' || state === 'cancelled'
  const undone = state === 'cancelled' && refusal === undefined
  const step = [{ state, at: new Date().toISOString() }]
  const [row] = await db.run<OrderRow>(
    `mark order ${state}`,
    sql => sql`
      UPDATE orders SET
        state = ${state},
        history = history || ${sql.json(step)}::jsonb,
        refusal = ${refusal === undefined ? null : sql.json(refusal)}
        ${finished ? sql`, recover_at = NULL` : sql``}
        ${undone ? sql`, idempotency_key = NULL` : sql``}
      WHERE id = ${order.id} AND state = ${order.state} AND attempt = ${order.attempt}
      RETURNING *`,
  )
  if (row === undefined) throw new OrderTakenError(order.id)
  return toOrderRecord(row)
}

const toOrderPlaced = (order: OrderRecord): OrderPlaced => ({
  eventId: randomUUID(),
  orderId: order.id,
  email: order.email,
  country: order.country,
  segment: order.segment,
  totalCents: order.totalCents,
  itemCount: order.items.reduce((count, item) => count + item.quantity, 0),
  placedAt: order.createdAt.toISOString(),
})
