// Reservations and the stock they hold, in Postgres. To hold goods and to sell them is one statement each: whatever everybody
// wants is locked for the time of a commit, and not for our way to the server and back. Stock is always locked by rising product
// id, so that two orders over the same goods wait for one another and never deadlock.
import type { Reservation } from '@techmart/contracts/inventory-routes'
import type { Db, Postgres } from '@techmart/platform/postgres'

export interface ReservedItem {
  readonly productId: number
  readonly quantity: number
}

export type ReserveResult =
  | { readonly outcome: 'held'; readonly reservation: Reservation; readonly repeated: boolean }
  | { readonly outcome: 'out-of-stock'; readonly productId: number; readonly available: number }
  /** The order was released before; it gets nothing any more. */
  | { readonly outcome: 'released' }

export type CommitResult =
  | { readonly outcome: 'committed'; readonly reservation: Reservation; readonly repeated: boolean }
  | { readonly outcome: 'released' | 'unknown' }

export type ReleaseResult =
  | { readonly outcome: 'released'; readonly reservation: Reservation; readonly repeated: boolean }
  | { readonly outcome: 'nothing-held' | 'sold' }

export interface ReservationStore {
  /** All items or none. */
  reserve(orderId: string, items: readonly ReservedItem[]): Promise<ReserveResult>
  commit(orderId: string): Promise<CommitResult>
  release(orderId: string): Promise<ReleaseResult>
  /** Orders whose time has run out, oldest first. */
  findExpired(limit: number): Promise<string[]>
  /** Gives back what is held past its time; false where somebody else was faster. */
  expire(orderId: string): Promise<boolean>
  /** At most `limit` ended reservations; says how many. */
  removeEnded(olderThanHours: number, limit: number): Promise<number>
}

interface ReservationRow {
  order_id: string
  state: Reservation['state']
  items: ReservedItem[]
  expires_at: Date
}

const toReservation = (row: ReservationRow): Reservation => ({
  orderId: row.order_id,
  state: row.state,
  expiresAt: row.expires_at.toISOString(),
})

export function makeReservationStore(postgres: Postgres, holdMs: number): ReservationStore {
  return {
    async reserve(orderId, items) {
      const wanted = inProductOrder(items)
      for (let tries = 1; tries <= mostTries; tries++) {
        const { known, short } = await look(postgres, orderId, wanted)
        if (known?.state === 'released') return { outcome: 'released' }
        if (known !== undefined) return { outcome: 'held', reservation: toReservation(known), repeated: true }
        if (short !== undefined) return { outcome: 'out-of-stock', ...short }
        const [held] = await hold(postgres, orderId, wanted, holdMs)
        if (held !== undefined) return { outcome: 'held', reservation: toReservation(held), repeated: false }
      }
      throw new Error(`The stock of order ${orderId} changed each of ${mostTries} times that it was looked at.`)
    },

    async commit(orderId) {
      const [sold] = await sell(postgres, orderId)
      if (sold !== undefined) return { outcome: 'committed', reservation: toReservation(sold), repeated: false }
      const [known] = await postgres.run<ReservationRow>(
        'find reservation',
        sql => sql`SELECT * FROM reservations WHERE order_id = ${orderId}`,
      )
      if (known === undefined) return { outcome: 'unknown' }
      if (known.state === 'released') return { outcome: 'released' }
      return { outcome: 'committed', reservation: toReservation(known), repeated: true }
    },

    release: orderId =>
      postgres.transaction(async tx => {
        // A release may overtake the reserve call that it undoes: the row left behind refuses that one when it comes.
        const [created] = await insertReleased(tx, orderId, holdMs)
        if (created !== undefined) return { outcome: 'nothing-held' }
        const known = await lockReservation(tx, orderId)
        if (known === undefined) return { outcome: 'nothing-held' }
        if (known.state === 'committed') return { outcome: 'sold' }
        if (known.state === 'released') {
          return { outcome: 'released', reservation: toReservation(known), repeated: true }
        }
        return { outcome: 'released', reservation: await giveBack(tx, known), repeated: false }
      }),

    async findExpired(limit) {
      const rows = await postgres.run<{ order_id: string }>(
        'find expired reservations',
        sql => sql`
          SELECT order_id FROM reservations WHERE state = 'held' AND expires_at < now()
          ORDER BY expires_at LIMIT ${limit}`,
      )
      return rows.map(row => row.order_id)
    },

    expire: orderId =>
      postgres.transaction(async tx => {
        const known = await lockReservation(tx, orderId)
        if (known?.state !== 'held' || known.expires_at > new Date()) return false
        await giveBack(tx, known)
        return true
      }),

    async removeEnded(olderThanHours, limit) {
      const rows = await postgres.run(
        'remove old reservations',
        sql => sql`
          DELETE FROM reservations WHERE order_id IN (
            SELECT order_id FROM reservations
            WHERE created_at < now() - ${olderThanHours} * interval '1 hour' AND state <> 'held'
            ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING order_id`,
      )
      return rows.length
    },
  }
}

/** One line a product, by rising id. */
function inProductOrder(items: readonly ReservedItem[]): ReservedItem[] {
  const quantities = new Map<number, number>()
  for (const { productId, quantity } of items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity)
  }
  return [...quantities].sort(([one], [other]) => one - other).map(([productId, quantity]) => ({ productId, quantity }))
}

/** Between our look and our turn somebody else may take the last ones, or hold them for this very order: the next look tells. */
const mostTries = 5

/**
 * The order's reservation where there is one, and the first product of which there is too little. Most who come for sold-out goods
 * are answered by this look, which locks nothing and writes nothing. What it finds to be there it does not promise.
 */
async function look(
  db: Db,
  orderId: string,
  items: readonly ReservedItem[],
): Promise<{ known: ReservationRow | undefined; short: { productId: number; available: number } | undefined }> {
  type StockAndReservation = { product_id: number; available: number } & (ReservationRow | { order_id: null })
  const rows = await db.run<StockAndReservation>(
    'look into stock',
    sql => sql`
      SELECT product_id, available, reservations.*
      FROM stock LEFT JOIN reservations ON order_id = ${orderId}
      WHERE product_id IN ${sql(items.map(item => item.productId))}`,
  )
  const [first] = rows
  const availableOf = new Map(rows.map(row => [row.product_id, row.available]))
  const short = items
    .map(({ productId, quantity }) => ({ productId, quantity, available: availableOf.get(productId) ?? 0 }))
    .find(({ quantity, available }) => available < quantity)
  return {
    known: first === undefined || first.order_id === null ? undefined : first,
    short: short && { productId: short.productId, available: short.available },
  }
}

/**
 * Takes everything and writes it down, or nothing where there is too little or the order is known by now. It takes from what was read under
 * the lock: an UPDATE checks its constraints first against the row as it was when the statement began, which may have been emptier.
 */
const hold = (db: Db, orderId: string, items: readonly ReservedItem[], holdMs: number) =>
  db.run<ReservationRow>(
    'reserve stock',
    // VALUES and not unnest: the planner knows its length, and does not plan this anew each time, for longer than it runs.
    sql => sql`
      WITH locked AS MATERIALIZED (
        SELECT product_id, available, held, quantity::integer
        FROM stock JOIN (VALUES ${sql(items.map(item => [item.productId, item.quantity]))}) AS wanted (id, quantity)
          ON product_id = id::integer
        ORDER BY product_id FOR UPDATE OF stock),
      created AS (
        INSERT INTO reservations (order_id, state, items, expires_at)
        SELECT ${orderId}, 'held', ${sql.json(items.map(item => ({ ...item })))}, now() + ${holdMs} * interval '1 ms'
        WHERE (SELECT count(*) FROM locked WHERE available >= quantity) = ${items.length}
        ON CONFLICT (order_id) DO NOTHING
        RETURNING *),
      taken AS (
        UPDATE stock SET available = locked.available - quantity, held = locked.held + quantity
        FROM locked, created WHERE stock.product_id = locked.product_id)
      SELECT * FROM created`,
  )

/**
 * Nothing where the order holds nothing that could be sold. The reservation is changed last, after the stock is ours: a reserve call of the
 * same order, which has its stock and comes to a reservation that is being changed, waits for that change.
 */
const sell = (db: Db, orderId: string) =>
  db.run<ReservationRow>(
    'sell reserved stock',
    sql => sql`
      WITH wanted AS MATERIALIZED (
        SELECT order_id, items FROM reservations WHERE order_id = ${orderId} AND state = 'held' FOR UPDATE),
      lines AS MATERIALIZED (
        SELECT line."productId" AS product_id, line.quantity
        FROM wanted, jsonb_to_recordset(wanted.items) AS line ("productId" integer, quantity integer)),
      locked AS MATERIALIZED (
        SELECT product_id, quantity FROM stock JOIN lines USING (product_id) ORDER BY product_id FOR UPDATE OF stock),
      gone AS (
        UPDATE stock SET held = held - locked.quantity FROM locked WHERE stock.product_id = locked.product_id
        RETURNING stock.product_id, locked.quantity),
      moved AS (
        INSERT INTO movements (product_id, quantity, reason) SELECT product_id, -quantity, 'sold' FROM gone
        RETURNING id),
      sold AS (
        UPDATE reservations SET state = 'committed' FROM wanted, (SELECT count(*) FROM moved) AS done
        WHERE reservations.order_id = wanted.order_id RETURNING reservations.*)
      SELECT * FROM sold`,
  )

/** Refuses a reserve call that comes after its own release. */
const insertReleased = (tx: Db, orderId: string, holdMs: number) =>
  tx.run<ReservationRow>(
    'insert reservation',
    sql => sql`
      INSERT INTO reservations (order_id, state, items, expires_at)
      VALUES (${orderId}, 'released', '[]', now() + ${holdMs} * interval '1 ms')
      ON CONFLICT (order_id) DO NOTHING
      RETURNING *`,
  )

async function lockReservation(tx: Db, orderId: string): Promise<ReservationRow | undefined> {
  const [row] = await tx.run<ReservationRow>(
    'lock reservation',
    sql => sql`SELECT * FROM reservations WHERE order_id = ${orderId} FOR UPDATE`,
  )
  return row
}

async function giveBack(tx: Db, reservation: ReservationRow): Promise<Reservation> {
  for (const { productId, quantity } of reservation.items) {
    await tx.run(
      'give stock back',
      sql => sql`
        UPDATE stock SET available = available + ${quantity}, held = held - ${quantity} WHERE product_id = ${productId}`,
    )
  }
  return markReleased(tx, reservation.order_id)
}

async function markReleased(tx: Db, orderId: string): Promise<Reservation> {
  const [row] = await tx.run<ReservationRow>(
    'mark reservation released',
    sql => sql`UPDATE reservations SET state = 'released' WHERE order_id = ${orderId} RETURNING *`,
  )
  if (row === undefined) throw new Error(`Reservation ${orderId} vanished while it was locked.`)
  return toReservation(row)
}
