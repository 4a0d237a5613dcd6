// What orders do to customers, in Postgres: figures, segments, and the event ids that keep a second delivery from counting.
import type { OrderPlaced } from '@techmart/contracts/order-events'
import { type CustomerSegment, customerSegments } from '@techmart/contracts/user-routes'
import type { Db, Postgres } from '@techmart/platform/postgres'
import { segmentHoldsUntil, segmentOf, withOrder } from './segment.ts'
import { toUserRecord, type UserRecord, type UserRow } from './user-record.ts'

export type RecordResult =
  | {
      readonly outcome: 'recorded'
      readonly userId: string
      readonly from: CustomerSegment
      readonly to: CustomerSegment
    }
  | { readonly outcome: 'recorded-before' }
  /** Nobody signed up with the order's address. */
  | { readonly outcome: 'no-customer' }

export interface StatisticsStore {
  /** The event id, the customer's figures and their segment, in one transaction. */
  record(order: Pick<OrderPlaced, 'eventId' | 'email' | 'totalCents' | 'placedAt'>, now: Date): Promise<RecordResult>
  /** At most `limit` customers whose segment has run out by time; says how many there were. */
  refreshSegments(limit: number, now: Date): Promise<number>
  countSegments(): Promise<Record<CustomerSegment, number>>
  /** At most `limit` event ids; says how many. */
  removeRecordedBefore(days: number, limit: number): Promise<number>
  /** At most `limit` of those who were last seen longest ago, beyond `kept`; sample customers stay. Says how many. */
  removeBeyond(kept: number, limit: number): Promise<number>
}

export function makeStatisticsStore(postgres: Postgres): StatisticsStore {
  return {
    record: ({ eventId, email, totalCents, placedAt }, now) =>
      postgres.transaction(async tx => {
        const [first] = await tx.run<{ event_id: string }>(
          'remember order event',
          sql =>
            sql`INSERT INTO recorded_orders (event_id) VALUES (${eventId}) ON CONFLICT DO NOTHING RETURNING event_id`,
        )
        if (first === undefined) return { outcome: 'recorded-before' }
        const [row] = await tx.run<UserRow>(
          'find customer of order',
          sql => sql`SELECT * FROM users WHERE lower(email) = lower(${email}) FOR NO KEY UPDATE`,
        )
        if (row === undefined) return { outcome: 'no-customer' }
        const user = toUserRecord(row)
        const history = withOrder(user.history, { totalCents, placedAt: new Date(placedAt) })
        const to = await writeFigures(tx, { ...user, history }, now)
        return { outcome: 'recorded', userId: user.id, from: user.segment, to }
      }),

    refreshSegments: (limit, now) =>
      postgres.transaction(async tx => {
        const rows = await tx.run<UserRow>(
          'find segments that ran out',
          sql => sql`
            SELECT * FROM users WHERE segment_until <= ${now}
            ORDER BY segment_until LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED`,
        )
        for (const row of rows) await writeFigures(tx, toUserRecord(row), now)
        return rows.length
      }),

    async countSegments() {
      const rows = await postgres.run<{ segment: CustomerSegment; count: number }>(
        'count segments',
        sql => sql`SELECT segment, count(*)::integer AS count FROM users GROUP BY segment`,
      )
      const none = Object.fromEntries(customerSegments.map(segment => [segment, 0])) as Record<CustomerSegment, number>
      return { ...none, ...Object.fromEntries(rows.map(({ segment, count }) => [segment, count])) }
    },

    async removeRecordedBefore(days, limit) {
      const rows = await postgres.run(
        'remove old order events',
        sql => sql`
          DELETE FROM recorded_orders WHERE event_id IN (
            SELECT event_id FROM recorded_orders WHERE recorded_at < now() - make_interval(days => ${days})
            ORDER BY recorded_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING event_id`,
      )
      return rows.length
    },

    async removeBeyond(kept, limit) {
      const rows = await postgres.run(
        'remove customers of long ago',
        sql => sql`
          DELETE FROM users WHERE id IN (
            -- The lock stands outside: rows that OFFSET skips would be locked too.
            SELECT id FROM users WHERE id IN (
              SELECT id FROM users WHERE NOT is_sample
              ORDER BY coalesce(last_order_at, created_at) DESC, id OFFSET ${kept} LIMIT ${limit})
            FOR UPDATE SKIP LOCKED)
          RETURNING id`,
      )
      return rows.length
    },
  }
}

/** Figures and the segment that follows from them. A sample customer keeps theirs: under constant traffic all would be vip soon. */
async function writeFigures(
  tx: Db,
  { id, segment, isSample, history }: UserRecord,
  now: Date,
): Promise<CustomerSegment> {
  const to = isSample ? segment : segmentOf(history, now)
  const until = isSample ? null : segmentHoldsUntil(history, now)
  await tx.run(
    'write figures of customer',
    sql => sql`
      UPDATE users SET order_count = ${history.count}, order_total_cents = ${history.totalCents},
        last_order_at = ${history.lastAt}, segment = ${to}, segment_until = ${until}
      WHERE id = ${id}`,
  )
  return to
}
