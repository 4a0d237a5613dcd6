// Stock levels in Postgres, and every movement of goods that is not a reservation.
import type { StockLevel } from '@techmart/contracts/inventory-routes'
import type { Postgres } from '@techmart/platform/postgres'

export interface Restock {
  readonly productId: number
  readonly quantity: number
}

export interface StockTotals {
  readonly available: number
  readonly held: number
  readonly belowThreshold: number
}

export interface StockStore {
  find(productId: number): Promise<StockLevel | undefined>
  /** The threshold stays as it is where none is given. */
  set(productId: number, level: { available: number; threshold?: number | undefined }): Promise<StockLevel>
  /** Fills up at most `limit` products that are below their threshold. */
  restock(limit: number): Promise<Restock[]>
  totals(): Promise<StockTotals>
  /** Stocks products 1..count that are not there yet. */
  seed(count: number): Promise<void>
  /** At most `limit`; says how many. */
  removeMovements(olderThanDays: number, limit: number): Promise<number>
}

/**
 * Full shelves are this many thresholds. With thresholds of 40 to 100 the largest order line (20) always fits, and at ten
 * requests a second a product is refilled some times an hour.
 */
const fullShelves = 4
export const lowestThreshold = 40

export interface StockRow {
  product_id: number
  available: number
  held: number
  threshold: number
}

export const toStockLevel = ({ product_id, ...rest }: StockRow): StockLevel => ({ productId: product_id, ...rest })

export function makeStockStore(postgres: Postgres): StockStore {
  return {
    async find(productId) {
      const [row] = await postgres.run<StockRow>(
        'find stock',
        sql => sql`SELECT product_id, available, held, threshold FROM stock WHERE product_id = ${productId}`,
      )
      return row && toStockLevel(row)
    },

    set: (productId, { available, threshold }) =>
      postgres.transaction(async tx => {
        const [before] = await tx.run<StockRow>(
          'lock stock',
          sql =>
            sql`SELECT product_id, available, held, threshold FROM stock WHERE product_id = ${productId} FOR UPDATE`,
        )
        const newThreshold = threshold ?? before?.threshold ?? lowestThreshold
        const [after] = await tx.run<StockRow>(
          'set stock',
          sql => sql`
            INSERT INTO stock (product_id, available, threshold) VALUES (${productId}, ${available}, ${newThreshold})
            ON CONFLICT (product_id) DO UPDATE SET available = excluded.available, threshold = excluded.threshold
            RETURNING product_id, available, held, threshold`,
        )
        await tx.run(
          'record movement',
          sql => sql`
            INSERT INTO movements (product_id, quantity, reason)
            VALUES (${productId}, ${available - (before?.available ?? 0)}, 'set')`,
        )
        if (after === undefined) throw new Error(`Stock of product ${productId} was not written.`)
        return toStockLevel(after)
      }),

    async restock(limit) {
      const rows = await postgres.run<{ product_id: number; quantity: number }>(
        'restock',
        // SKIP LOCKED: what an order is taking from just now has its turn in the next round, and nobody waits for us.
        sql => sql`
          WITH low AS (
            SELECT product_id, threshold * ${fullShelves}::integer - available AS quantity FROM stock
            WHERE threshold > 0 AND available < threshold
            ORDER BY product_id LIMIT ${limit} FOR UPDATE SKIP LOCKED),
          filled AS (
            UPDATE stock SET available = stock.available + low.quantity FROM low
            WHERE stock.product_id = low.product_id
            RETURNING stock.product_id, low.quantity)
          INSERT INTO movements (product_id, quantity, reason) SELECT product_id, quantity, 'restocked' FROM filled
          RETURNING product_id, quantity`,
      )
      return rows.map(row => ({ productId: row.product_id, quantity: row.quantity }))
    },

    async totals() {
      const [row] = await postgres.run<{ available: number; held: number; below: number }>(
        'sum stock',
        sql => sql`
          SELECT coalesce(sum(available), 0)::float8 AS available, coalesce(sum(held), 0)::float8 AS held,
                 count(*) FILTER (WHERE available < threshold)::integer AS below
          FROM stock`,
      )
      return { available: row?.available ?? 0, held: row?.held ?? 0, belowThreshold: row?.below ?? 0 }
    },

    async seed(count) {
      await postgres.run(
        'seed stock',
        // Thresholds differ a little from product to product, and are the same on every machine.
        sql => sql`
          WITH opened AS (
            INSERT INTO stock (product_id, available, threshold)
            SELECT id, threshold * ${fullShelves}::integer, threshold
            FROM (SELECT id, ${lowestThreshold}::integer + id % 7 * 10 AS threshold FROM generate_series(1, ${count}::integer) AS id) AS wanted
            ON CONFLICT (product_id) DO NOTHING
            RETURNING product_id, available)
          INSERT INTO movements (product_id, quantity, reason) SELECT product_id, available, 'opening' FROM opened`,
      )
    },

    async removeMovements(olderThanDays, limit) {
      const rows = await postgres.run(
        'remove old movements',
        sql => sql`
          DELETE FROM movements WHERE id IN (
            SELECT id FROM movements WHERE at < now() - ${olderThanDays} * interval '1 day'
            ORDER BY at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING id`,
      )
      return rows.length
    },
  }
}
