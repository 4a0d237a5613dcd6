// Promotions in Postgres. A use is taken and given back within the transaction of the order that it belongs to.
import type { Db } from '@techmart/platform/postgres'
import type { PromotionRecord } from './promotion-record.ts'

export interface PromotionStore {
  /** Upper and lower case are the same. */
  find(code: string): Promise<PromotionRecord | undefined>
  /** Adds what is not there yet; what is there keeps its uses. */
  seed(promotions: readonly Omit<PromotionRecord, 'uses'>[]): Promise<void>
}

interface PromotionRow {
  code: string
  kind: PromotionRecord['kind']
  percent: number | null
  cents: number | null
  starts_at: Date
  ends_at: Date | null
  use_limit: number | null
  uses: number
}

const toRecord = (row: PromotionRow): PromotionRecord => ({
  code: row.code,
  kind: row.kind,
  percent: row.percent,
  cents: row.cents,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  useLimit: row.use_limit,
  uses: row.uses,
})

export function makePromotionStore(db: Db): PromotionStore {
  return {
    async find(code) {
      const [row] = await db.run<PromotionRow>(
        'find promotion',
        sql => sql`SELECT * FROM promotions WHERE code = ${code.toUpperCase()}`,
      )
      return row && toRecord(row)
    },

    async seed(promotions) {
      for (const { code, kind, percent, cents, startsAt, endsAt, useLimit } of promotions) {
        await db.run(
          'seed promotion',
          sql => sql`
            INSERT INTO promotions (code, kind, percent, cents, starts_at, ends_at, use_limit)
            VALUES (${code}, ${kind}, ${percent}, ${cents}, ${startsAt}, ${endsAt}, ${useLimit})
            ON CONFLICT (code) DO NOTHING`,
        )
      }
    },
  }
}

/** False where the limit is reached. Orders that take the last use at once wait for one another here, and one gets it. */
export async function takeUse(tx: Db, code: string): Promise<boolean> {
  const rows = await tx.run(
    'take promotion',
    sql => sql`
      UPDATE promotions SET uses = uses + 1 WHERE code = ${code} AND (use_limit IS NULL OR uses < use_limit)
      RETURNING code`,
  )
  return rows.length === 1
}

/** Once an order: in the transaction that cancels it, which is written once. */
export async function giveUseBack(tx: Db, code: string): Promise<void> {
  await tx.run(
    'give promotion back',
    sql => sql`UPDATE promotions SET uses = uses - 1 WHERE code = ${code} AND uses > 0`,
  )
}
