// Search as it is written first: every word must stand somewhere in the name. It stops at as many matches as the other one, and is
// spared the category, the description, the ranking and the mistakes.
import type { Db } from '@techmart/platform/postgres'
import { type ProductRow, toProduct } from '../../services/api/src/product-row.ts'
import type { SearchStore } from '../../services/api/src/search-store.ts'

export function makeIlikeStore(db: Db): SearchStore {
  return {
    async search({ text, page, pageSize, category }) {
      const patterns = text.split(' ').map(word => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`)
      const rows = await db.run<{ total: number } & ProductRow>(
        'search by ILIKE',
        sql => sql`
          WITH matches AS MATERIALIZED (
            SELECT id, name, description, category, price_cents FROM products
            WHERE name ILIKE ALL (${patterns}::text[])
            ${category === undefined ? sql`` : sql`AND category = ${category}`}
            LIMIT 500)
          SELECT (SELECT count(*)::integer FROM matches) AS total, * FROM matches
          ORDER BY id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
      )
      return { products: rows.map(toProduct), total: rows[0]?.total ?? 0 }
    },
    findLikeWords: async () => new Map(),
  }
}
