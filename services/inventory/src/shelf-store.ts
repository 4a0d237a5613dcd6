// What people see and do with stock: pages of it, its movements, and changes by hand, each a recorded movement.
import type { StockLevel } from '@techmart/contracts/inventory-routes'
import { fullestShelf, type InventoryItem, type StockChange } from '@techmart/contracts/stock-routes'
import type { Db, Postgres } from '@techmart/platform/postgres'
import { lowestThreshold, type StockRow, toStockLevel } from './stock-store.ts'

export interface ShelfQuestion {
  readonly page: number
  readonly pageSize: number
  /** Of these products only. */
  readonly productIds?: readonly number[] | undefined
  readonly belowThreshold?: boolean | undefined
}

export type ChangeResult =
  | { readonly outcome: 'changed'; readonly level: StockLevel; readonly isNew: boolean; readonly repeated: boolean }
  /** There would be more than a shelf holds. */
  | { readonly outcome: 'too-much'; readonly available: number }
  | { readonly outcome: 'key-reused' }

export interface ShelfStore {
  list(question: ShelfQuestion): Promise<{ items: StockLevel[]; total: number }>
  find(productId: number): Promise<InventoryItem | undefined>
  /** The same key changes stock once. */
  change(change: StockChange, idempotencyKey?: string): Promise<ChangeResult>
}

const shownMovements = 20

export function makeShelfStore(postgres: Postgres): ShelfStore {
  return {
    async list({ page, pageSize, productIds, belowThreshold }) {
      const rows = await postgres.run<StockRow & { total: number }>(
        'list stock',
        sql => sql`
          WITH wanted AS (
            SELECT product_id, available, held, threshold FROM stock
            WHERE ${productIds === undefined ? sql`true` : sql`product_id IN ${sql([...productIds])}`}
              AND ${belowThreshold === undefined ? sql`true` : sql`(available < threshold) = ${belowThreshold}`})
          SELECT counted.total, shown.* FROM (SELECT count(*)::integer AS total FROM wanted) AS counted
          LEFT JOIN (SELECT * FROM wanted ORDER BY product_id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}) AS shown
            ON true
          ORDER BY product_id`,
      )
      // A page after the last is one row that holds the total and no product.
      const items = rows.filter(row => row.product_id !== null).map(({ total: _, ...row }) => toStockLevel(row))
      return { items, total: rows[0]?.total ?? 0 }
    },

    async find(productId) {
      const [row] = await postgres.run<StockRow>(
        'find stock',
        sql => sql`SELECT product_id, available, held, threshold FROM stock WHERE product_id = ${productId}`,
      )
      if (row === undefined) return undefined
      const movements = await postgres.run<{ quantity: number; reason: string; at: Date }>(
        'find movements',
        sql => sql`
          SELECT quantity, reason, at FROM movements WHERE product_id = ${productId}
          ORDER BY id DESC LIMIT ${shownMovements}`,
      )
      return {
        ...toStockLevel(row),
        movements: movements.map(({ quantity, reason, at }) => ({
          quantity,
          reason: reason as InventoryItem['movements'][number]['reason'],
          at: at.toISOString(),
        })),
      }
    },

    change: (change, key) =>
      postgres.transaction(async tx => {
        const known = key === undefined ? undefined : await findByKey(tx, key)
        if (known !== undefined && !isSameChange(known, change)) return { outcome: 'key-reused' }
        const before = await lock(tx, change.productId)
        if (known !== undefined && before !== undefined) {
          return { outcome: 'changed', level: toStockLevel(before), isNew: false, repeated: true }
        }
        const available = change.change === 'set' ? change.quantity : (before?.available ?? 0) + change.quantity
        if (available > fullestShelf) return { outcome: 'too-much', available: before?.available ?? 0 }
        const level = await write(tx, change, available)
        await record(tx, change, available - (before?.available ?? 0), key)
        return { outcome: 'changed', level, isNew: before === undefined, repeated: false }
      }),
  }
}

/** From here on whoever comes with the same key waits for us. */
async function findByKey(tx: Db, key: string): Promise<StockChange | undefined> {
  await tx.run('lock key', sql => sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`)
  const [row] = await tx.run<{ asked: StockChange }>(
    'find movement by key',
    sql => sql`SELECT asked FROM movements WHERE idempotency_key = ${key}`,
  )
  return row?.asked
}

const isSameChange = (one: StockChange, other: StockChange): boolean =>
  one.productId === other.productId &&
  one.change === other.change &&
  one.quantity === other.quantity &&
  one.threshold === other.threshold

async function lock(tx: Db, productId: number): Promise<StockRow | undefined> {
  // A product that has no row yet has nothing to lock: its number stands in for it.
  await tx.run('lock product', sql => sql`SELECT pg_advisory_xact_lock(${productId}::bigint)`)
  const [row] = await tx.run<StockRow>(
    'lock stock',
    sql => sql`SELECT product_id, available, held, threshold FROM stock WHERE product_id = ${productId} FOR UPDATE`,
  )
  return row
}

async function write(tx: Db, { productId, threshold }: StockChange, available: number): Promise<StockLevel> {
  const [row] = await tx.run<StockRow>(
    'write stock',
    sql => sql`
      INSERT INTO stock (product_id, available, threshold) VALUES (${productId}, ${available}, ${threshold ?? lowestThreshold})
      ON CONFLICT (product_id) DO UPDATE
        SET available = excluded.available, threshold = coalesce(${threshold ?? null}::integer, stock.threshold)
      RETURNING product_id, available, held, threshold`,
  )
  if (row === undefined) throw new Error(`Stock of product ${productId} was not written.`)
  return toStockLevel(row)
}

const record = (tx: Db, change: StockChange, quantity: number, key: string | undefined) =>
  tx.run(
    'record movement',
    sql => sql`
      INSERT INTO movements (product_id, quantity, reason, idempotency_key, asked)
      VALUES (${change.productId}, ${quantity}, ${change.change === 'set' ? 'set' : 'received'}, ${key ?? null},
              ${key === undefined ? null : sql.json({ ...change })})`,
  )
