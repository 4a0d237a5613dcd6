// Upload jobs in Postgres, and the uploaded products' end. What a job's messages do to it is written by product-worker.

import { productsUploadedTopic } from '@techmart/contracts/topics'
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import type { JobState, RowError, UploadJob } from '@techmart/contracts/upload-routes'
import { addToOutbox } from '@techmart/platform/outbox'
import type { Postgres } from '@techmart/platform/postgres'

export interface NewUploadJob {
  readonly id: string
  readonly idempotencyKey: string | undefined
  readonly bodyHash: string
  readonly createdAt: Date
  readonly total: number
  readonly refused: number
  readonly errors: readonly RowError[]
  /** None where no row was good: such a job has failed from the start. */
  readonly messages: readonly ProductsUploaded[]
}

export interface UploadStore {
  /** The job and its messages, in one transaction. Undefined when the idempotency key is taken. */
  create(job: NewUploadJob): Promise<UploadJob | undefined>
  find(id: string): Promise<UploadJob | undefined>
  findByKey(idempotencyKey: string): Promise<{ job: UploadJob; bodyHash: string } | undefined>
  /** Age of the oldest job that is neither done nor failed; 0 where there is none. */
  oldestUnfinishedSeconds(): Promise<number>
  /** Gives up what Kafka has forgotten: jobs that did not end within so many hours. Says how many. */
  failOlderThan(hours: number): Promise<number>
  /** Jobs and what is remembered of their messages, at most `limit` of each. Says how many jobs. */
  removeOlderThan(hours: number, limit: number): Promise<number>
  /** Products that were not uploaded again for so many days, at most `limit`; the seeded catalogue stays. Says how many. */
  removeProductsOlderThan(days: number, limit: number): Promise<number>
}

export function makeUploadStore(postgres: Postgres): UploadStore {
  return {
    create: job =>
      postgres.transaction(async tx => {
        const isEmpty = job.messages.length === 0
        const [row] = await tx.run<JobRow>(
          'create upload job',
          sql => sql`
            INSERT INTO upload_jobs (id, idempotency_key, body_hash, state, rows_total, rows_refused, messages, errors,
                                     failure, created_at, finished_at)
            VALUES (${job.id}, ${job.idempotencyKey ?? null}, ${job.bodyHash}, ${isEmpty ? 'failed' : 'queued'},
                    ${job.total}, ${job.refused}, ${job.messages.length}, ${sql.json(job.errors as never)},
                    ${isEmpty ? 'No row was right.' : null}, ${job.createdAt}, ${isEmpty ? job.createdAt : null})
            ON CONFLICT (idempotency_key) DO NOTHING
            RETURNING *`,
        )
        if (row === undefined) return undefined
        // Sent in one go on the transaction's connection: twenty round trips are one.
        const { name: topic } = productsUploadedTopic
        await Promise.all(job.messages.map(value => addToOutbox(tx, { topic, key: job.id, value })))
        return toUploadJob(row)
      }),

    async find(id) {
      const [row] = await postgres.run<JobRow>(
        'find upload job',
        sql => sql`SELECT * FROM upload_jobs WHERE id = ${id}`,
      )
      return row && toUploadJob(row)
    },

    async findByKey(idempotencyKey) {
      const [row] = await postgres.run<JobRow>(
        'find upload job by key',
        sql => sql`SELECT * FROM upload_jobs WHERE idempotency_key = ${idempotencyKey}`,
      )
      return row && { job: toUploadJob(row), bodyHash: row.body_hash }
    },

    async oldestUnfinishedSeconds() {
      const [row] = await postgres.run<{ seconds: number }>(
        'find oldest unfinished upload job',
        sql => sql`
          SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS seconds
          FROM upload_jobs WHERE finished_at IS NULL`,
      )
      return Math.max(0, row?.seconds ?? 0)
    },

    async failOlderThan(hours) {
      const rows = await postgres.run<{ id: string }>(
        'fail old upload jobs',
        sql => sql`
          UPDATE upload_jobs SET state = 'failed', finished_at = now(),
            failure = coalesce(failure, ${`Not all rows were written within ${hours} hours.`})
          WHERE finished_at IS NULL AND created_at < now() - make_interval(hours => ${hours})
          RETURNING id`,
      )
      return rows.length
    },

    async removeOlderThan(hours, limit) {
      const rows = await postgres.run<{ id: string }>(
        'remove old upload jobs',
        sql => sql`
          DELETE FROM upload_jobs WHERE id IN (
            SELECT id FROM upload_jobs
            WHERE created_at < now() - make_interval(hours => ${hours}) AND finished_at IS NOT NULL
            ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING id`,
      )
      await postgres.run(
        'remove old upload messages',
        sql => sql`
          DELETE FROM upload_messages WHERE event_id IN (
            SELECT event_id FROM upload_messages
            WHERE done_at < now() - make_interval(hours => ${hours}) ORDER BY done_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
      )
      return rows.length
    },

    async removeProductsOlderThan(days, limit) {
      const rows = await postgres.run<{ id: number }>(
        'remove old uploaded products',
        sql => sql`
          DELETE FROM products WHERE id IN (
            SELECT id FROM products
            WHERE uploaded_at < now() - make_interval(days => ${days})
            ORDER BY uploaded_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING id`,
      )
      return rows.length
    },
  }
}

interface JobRow {
  id: string
  body_hash: string
  state: JobState
  rows_total: number
  rows_refused: number
  rows_written: number
  rows_created: number
  errors: RowError[]
  failure: string | null
  created_at: Date
  finished_at: Date | null
}

const toUploadJob = (row: JobRow): UploadJob => ({
  id: row.id,
  state: row.state,
  rows: { total: row.rows_total, refused: row.rows_refused, written: row.rows_written, created: row.rows_created },
  errors: row.errors,
  ...(row.failure === null ? {} : { failure: row.failure }),
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
})
