// Reviews in Postgres: one method a question.
import { randomUUID } from 'node:crypto'
import type { Review } from '@techmart/contracts/review-routes'
import type { Rating } from '@techmart/contracts/shop'
import type { Db } from '@techmart/platform/postgres'

export interface NewReview {
  readonly productId: number
  /** See review-author.ts. */
  readonly authorId: string
  readonly authorName: string
  readonly rating: number
  readonly title: string
  readonly text: string
}

export interface ReviewStore {
  /** Newest first. */
  list(query: { productId: number; page: number; pageSize: number }): Promise<Review[]>
  rate(productId: number): Promise<Rating>
  /** Puts it in the place of the same author's earlier review. Undefined when there is no such product. */
  write(review: NewReview): Promise<{ review: Review; isNew: boolean } | undefined>
  /** Of each product all but its newest `kept`, at most `limit` in all; says how many went. */
  removeBeyond(kept: number, limit: number): Promise<number>
  /** For products that have none yet; those that do not exist are left out. `ageDays` says how long ago each was written. */
  seed(reviews: readonly (NewReview & { readonly ageDays: number })[]): Promise<void>
}

export function makeReviewStore(db: Db): ReviewStore {
  return {
    async list({ productId, page, pageSize }) {
      const rows = await db.run<ReviewRow>(
        'list reviews',
        sql => sql`
          SELECT id, rating, title, body, author_name, written_at FROM reviews WHERE product_id = ${productId}
          ORDER BY written_at DESC, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
      )
      return rows.map(toReview)
    },

    async rate(productId) {
      const [row] = await db.run<{ average: number | null; count: number }>(
        'rate product',
        sql => sql`
          SELECT round(avg(rating), 2)::float8 AS average, count(*)::integer AS count
          FROM reviews WHERE product_id = ${productId}`,
      )
      return { average: row?.average ?? null, count: row?.count ?? 0 }
    },

    async write({ productId, authorId, authorName, rating, title, text }) {
      const [row] = await db.run<ReviewRow & { is_new: boolean }>(
        'write review',
        sql => sql`
          INSERT INTO reviews (product_id, author_id, id, rating, title, body, author_name, written_at)
          SELECT id, ${authorId}, ${randomUUID()}::uuid, ${rating}::smallint, ${title}, ${text}, ${authorName}, now()
          FROM products WHERE id = ${productId}
          ON CONFLICT (product_id, author_id) DO UPDATE SET
            rating = EXCLUDED.rating, title = EXCLUDED.title, body = EXCLUDED.body, author_name = EXCLUDED.author_name,
            written_at = EXCLUDED.written_at
          RETURNING id, rating, title, body, author_name, written_at, xmax = 0 AS is_new`,
      )
      return row && { review: toReview(row), isNew: row.is_new }
    },

    async removeBeyond(kept, limit) {
      const rows = await db.run(
        'remove old reviews',
        sql => sql`
          DELETE FROM reviews WHERE id IN (
            SELECT id FROM reviews WHERE id IN (
              SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY product_id ORDER BY written_at DESC, id DESC) AS place
                FROM reviews) placed
              WHERE place > ${kept} LIMIT ${limit})
            FOR UPDATE SKIP LOCKED)
          RETURNING id`,
      )
      return rows.length
    },

    async seed(reviews) {
      await db.run(
        'seed reviews',
        sql => sql`
          INSERT INTO reviews (product_id, author_id, id, rating, title, body, author_name, written_at)
          SELECT given.product_id, author_id, gen_random_uuid(), rating, title, body, author_name,
                 now() - age_days * interval '1 day'
          FROM unnest(
            ${reviews.map(review => review.productId)}::integer[],
            ${reviews.map(review => review.authorId)}::text[],
            ${reviews.map(review => review.rating)}::smallint[],
            ${reviews.map(review => review.title)}::text[],
            ${reviews.map(review => review.text)}::text[],
            ${reviews.map(review => review.authorName)}::text[],
            ${reviews.map(review => review.ageDays)}::float8[])
            AS given (product_id, author_id, rating, title, body, author_name, age_days)
          JOIN products ON products.id = given.product_id
          WHERE NOT EXISTS (SELECT FROM reviews known WHERE known.product_id = given.product_id)
          ON CONFLICT (product_id, author_id) DO NOTHING`,
      )
    },
  }
}

interface ReviewRow {
  id: string
  rating: number
  title: string
  body: string
  author_name: string
  written_at: Date
}

const toReview = (row: ReviewRow): Review => ({
  id: row.id,
  rating: row.rating,
  title: row.title,
  text: row.body,
  author: row.author_name,
  writtenAt: row.written_at.toISOString(),
})
