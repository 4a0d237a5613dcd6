// PostgreSQL through postgres.js, which has no instrumentation: each named statement is one CLIENT span by the stable database
// conventions, with the text of the query and never its values.
import postgres, { type PendingQuery, type Sql, type TransactionSql } from 'postgres'
import { type Faults, noFaults } from './faults.ts'
import type { Log } from './log.ts'
import { toUpstreamError } from './postgres-errors.ts'
import { migrate, waitForDatabase } from './postgres-migrations.ts'
import { makeStatementRunner } from './postgres-statements.ts'
import { withLimit } from './wait.ts'

export type { Sql } from 'postgres'

/** Runs named statements. The name (`find order`) is what faults and people know a statement by. */
export interface Db {
  /**
   * Rows of one statement. Throws UpstreamError when the server cannot be reached or takes too long, and postgres.js'
   * PostgresError (with `code` and `constraint_name`) when it refuses the statement.
   */
  run<T>(name: string, statement: (sql: Sql) => PendingQuery<(T & object)[]>): Promise<T[]>
}

export interface Postgres extends Db {
  /** Commits when `fn` resolves, rolls back when it throws, and throws what it threw. */
  transaction<T>(fn: (tx: Db) => Promise<T>): Promise<T>
  /** Whether the server answers within a second. Never throws, makes no span. */
  isUp(): Promise<boolean>
  [Symbol.asyncDispose](): Promise<void>
}

export interface PostgresOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string
  /** Folder of `001-….sql`, `002-….sql`, …: `new URL('../migrations/', import.meta.url)`. Absent where another service keeps the tables. */
  readonly migrations?: URL
  readonly log: Log
  readonly faults?: Faults
  /**
   * 5 by default: two cores work on no more at once, and each connection takes some 3 MB of the server. Seven services with ten each
   * had it killed at its memory limit.
   */
  readonly maxConnections?: number
  /** Longest time for one statement; 5 s by default. */
  readonly statementTimeoutMs?: number
  /** How long to wait for the server at start; 60 s by default. */
  readonly startTimeoutMs?: number
}

/**
 * Waits for the server, creates the database when it is missing, brings it up to date, and opens a pool. Any number of
 * replicas may do so at once. Rejects when the server has not answered in time, or a migration fails.
 */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const { url, log, faults = noFaults, statementTimeoutMs = 5_000 } = options
  await waitForDatabase({ url, log, startTimeoutMs: options.startTimeoutMs ?? 60_000 })
  if (options.migrations) await migrate({ url, migrations: options.migrations, log })

  const sql = postgres(url, {
    max: options.maxConnections ?? 5,
    connect_timeout: 5,
    idle_timeout: 60,
    // Tried again soon: the server is next door, and a request in flight waits for it.
    backoff: attempt => Math.min(0.1 * 2 ** attempt, 1),
    onnotice: notice => log.debug('postgres notice', { notice: notice.message }),
    connection: { statement_timeout: statementTimeoutMs, application_name: new URL(url).pathname.slice(1) },
  })
  const runStatement = makeStatementRunner({ url, faults, timeoutMs: statementTimeoutMs + 1_000 })
  const dbOf = (on: Sql | TransactionSql): Db => ({
    run: (name, statement) => runStatement(name, () => statement(on as Sql)),
  })

  return {
    ...dbOf(sql),
    transaction: async <T>(fn: (tx: Db) => Promise<T>): Promise<T> => {
      let failed: { error: unknown } | undefined
      try {
        return (await sql.begin(async tx => {
          try {
            return await fn(dbOf(tx))
          } catch (error) {
            failed = { error }
            throw error
          }
        })) as T
      } catch (error) {
        // What `fn` threw is the story; a rollback on a lost connection would only tell of the lost connection.
        throw failed ? failed.error : toUpstreamError(error)
      }
    },
    isUp: async () => {
      try {
        await withLimit(sql`select 1`.execute(), 1_000, () => new Error('no answer within a second'))
        return true
      } catch {
        return false
      }
    },
    [Symbol.toStringTag]: `Postgres ${new URL(url).pathname.slice(1)}`,
    [Symbol.asyncDispose]: () => sql.end({ timeout: 3 }),
  } as Postgres
}
