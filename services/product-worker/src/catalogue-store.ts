// The catalogue and the jobs as the worker writes them, in api's database (docs/decisions/who-writes-uploaded-products.md).
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import type { Db, Postgres } from '@techmart/platform/postgres'

export interface WrittenRows {
  readonly written: number
  /** Those whose SKU was new. */
  readonly created: number
  readonly jobIsDone: boolean
}

export type WriteResult = ({ readonly outcome: 'written' } & WrittenRows) | { readonly outcome: 'written-before' }

export interface CatalogueStore {
  /** All rows of the message, its event id and the job's counts, in one transaction; or nothing where it was written before. */
  write(event: ProductsUploaded): Promise<WriteResult>
  /** Says whether the job was not failed yet. A job that is not there any more is no failure. */
  failJob(jobId: string, failure: string): Promise<boolean>
}

export function makeCatalogueStore(postgres: Postgres): CatalogueStore {
  return {
    async write({ eventId, jobId, rows }) {
      const result = await writeMessage(postgres, { eventId, jobId, rows })
      if (!result.isFirst) return { outcome: 'written-before' }
      return { outcome: 'written', written: rows.length, created: result.created, jobIsDone: result.state === 'done' }
    },

    async failJob(jobId, failure) {
      const rows = await postgres.run<{ id: string }>(
        'fail upload job',
        sql => sql`
          UPDATE upload_jobs SET state = 'failed', failure = ${failure}, finished_at = now()
          WHERE id = ${jobId} AND state IN ('queued', 'running') RETURNING id`,
      )
      return rows.length > 0
    },
  }
}

interface WrittenMessage {
  readonly isFirst: boolean
  readonly created: number
  /** Null where there is no such job any more. */
  readonly state: string | null
}

/**
 * One statement, and so one transaction and one way to the server, for the message's id, all of its rows and the job's counts: some thirty
 * times faster than one INSERT a row (bench/upload). Each part runs on what the one before it gave. The rows are written in the
 * order of the SKUs, so that two messages that have some in common wait for each other one way only. A known SKU keeps its id, and
 * where nothing of it changed the row is left alone, but for the mark that keeps it from being removed as forgotten. A job that
 * failed is done after all when its dead letters are replayed.
 */
async function writeMessage(
  db: Db,
  { eventId, jobId, rows }: Pick<ProductsUploaded, 'eventId' | 'jobId' | 'rows'>,
): Promise<WrittenMessage> {
  const [result] = await db.run<WrittenMessage>(
    'write uploaded products',
    sql => sql`
      WITH first AS (
        INSERT INTO upload_messages (event_id, job_id) VALUES (${eventId}, ${jobId})
        ON CONFLICT DO NOTHING RETURNING event_id),
      written AS (
        INSERT INTO products (id, sku, name, description, category, price_cents, uploaded_at)
        SELECT coalesce(known.id, nextval('uploaded_product_ids')), uploaded.*, now()
        FROM first, unnest(
          ${rows.map(row => row.sku)}::text[],
          ${rows.map(row => row.name)}::text[],
          ${rows.map(row => row.description)}::text[],
          ${rows.map(row => row.category)}::text[],
          ${rows.map(row => row.priceCents)}::integer[]) AS uploaded (sku, name, description, category, price_cents)
          LEFT JOIN products AS known USING (sku)
        ORDER BY uploaded.sku COLLATE "C"
        ON CONFLICT (sku) DO UPDATE SET
          name = excluded.name, description = excluded.description, category = excluded.category,
          price_cents = excluded.price_cents, uploaded_at = excluded.uploaded_at
        WHERE products.uploaded_at < now() - interval '1 hour'
          OR (products.name, products.description, products.category, products.price_cents)
            IS DISTINCT FROM (excluded.name, excluded.description, excluded.category, excluded.price_cents)
        RETURNING xmax = 0 AS created),
      counts AS (SELECT count(*) FILTER (WHERE created)::integer AS created FROM written),
      job AS (
        UPDATE upload_jobs SET
          rows_written = rows_written + ${rows.length}, rows_created = rows_created + counts.created,
          messages_done = messages_done + 1,
          state = CASE WHEN messages_done + 1 = messages THEN 'done' WHEN state = 'failed' THEN 'failed' ELSE 'running' END,
          failure = CASE WHEN messages_done + 1 = messages THEN NULL ELSE failure END,
          finished_at = CASE WHEN messages_done + 1 = messages THEN now() ELSE finished_at END
        FROM first, counts
        WHERE id = ${jobId} RETURNING state)
      SELECT EXISTS (SELECT FROM first) AS "isFirst", created, (SELECT state FROM job) AS state FROM counts`,
  )
  if (result === undefined) throw new Error('The statement that writes a message gave no row.')
  return result
}
