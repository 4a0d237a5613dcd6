// Full-text search in Postgres. A word that stands in half the catalogue must not cost half the catalogue: ranking reads every
// match, so only the first five hundred matches are ranked.
import type { Product } from '@techmart/contracts/product-routes'
import type { Db } from '@techmart/platform/postgres'
import { type ProductRow, toProduct } from './product-row.ts'

export interface SearchQuery {
  /** As people type it: words, "phrases", or, -without. */
  readonly text: string
  readonly page: number
  readonly pageSize: number
  readonly category?: string | undefined
}

export interface SearchStore {
  /** Best match first; `total` is at most 500. */
  search(query: SearchQuery): Promise<{ products: Product[]; total: number }>
  /** For each word, some that products have and that look like it, the likest first. */
  findLikeWords(words: readonly string[]): Promise<Map<string, string[]>>
}

/** Ranking them takes some 1 ms; nobody turns more pages. */
const rankedMatches = 500
/** By shared groups of three letters, which do not see swapped letters well: so some more than the one that is wanted. */
const likeWords = 20

export function makeSearchStore(db: Db): SearchStore {
  return {
    async search({ text, page, pageSize, category }) {
      const rows = await db.run<{ total: number } & (ProductRow | { id: null })>(
        'search products',
        sql => sql`
          WITH matches AS MATERIALIZED (
            SELECT id, name, description, category, price_cents, search FROM products
            WHERE search @@ websearch_to_tsquery('english', ${text})
            ${category === undefined ? sql`` : sql`AND category = ${category}`}
            LIMIT ${rankedMatches}),
          best AS (
            SELECT id, name, description, category, price_cents,
                   ts_rank_cd(search, websearch_to_tsquery('english', ${text})) AS rank
            FROM matches ORDER BY rank DESC, id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize})
          SELECT counted.total, best.*
          FROM (SELECT count(*)::integer AS total FROM matches) counted LEFT JOIN best ON true
          ORDER BY best.rank DESC, best.id`,
      )
      const products = rows.flatMap(row => (row.id === null ? [] : [toProduct(row)]))
      return { products, total: rows[0]?.total ?? 0 }
    },

    async findLikeWords(words) {
      const rows = await db.run<{ given: string; word: string }>(
        'find like words',
        sql => sql`
          SELECT given, likest.word
          FROM unnest(${[...words]}::text[]) AS given
          CROSS JOIN LATERAL (
            SELECT word FROM product_words ORDER BY word <-> given, word LIMIT ${likeWords}) likest`,
      )
      const found = new Map<string, string[]>(words.map(word => [word, []]))
      for (const { given, word } of rows) found.get(given)?.push(word)
      return found
    },
  }
}
