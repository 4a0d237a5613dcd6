// Some figures of the Postgres server, read from its own statistics views; whether it is there at all is asked elsewhere
// (postgres-presence.ts). One plain connection: platform's openPostgres waits for the server, migrates and makes a span of each
// statement, and none of that is wanted here.
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import { withLimit } from '@techmart/platform/wait'
import postgres from 'postgres'
import { startWatching } from './watch.ts'

/** The server's own limit of each statement comes first; this one is for a server that says nothing at all. */
const readLimitMs = 8_000

export interface DatabaseFigures {
  readonly database: string
  readonly sizeBytes: number
  readonly committed: number
  readonly rolledBack: number
  readonly blocksFromCache: number
  readonly blocksFromDisk: number
  readonly rowsRead: number
  readonly rowsWritten: number
  readonly deadlocks: number
  readonly temporaryBytes: number
}

export interface ServerFigures {
  readonly connections: readonly { database: string; state: string; connections: number }[]
  readonly maxConnections: number
  readonly waitingForLocks: number
  readonly longestTransactionSeconds: number
  readonly walBytes: number
  readonly startedAtSeconds: number
}

export interface StatisticsSource extends AsyncDisposable {
  /** Throws when the server does not answer. */
  read(): Promise<{ databases: readonly DatabaseFigures[]; server: ServerFigures }>
}

export function openPostgresStatistics(url: string): StatisticsSource {
  const open = () =>
    postgres(url, {
      max: 1,
      connect_timeout: 3,
      idle_timeout: 60,
      connection: { application_name: 'lab', statement_timeout: 4000 },
      onnotice: () => undefined,
      // Counters are 64-bit; as numbers they are exact up to nine quadrillion.
      types: { bigint: { to: 20, from: [20, 1700], serialize: String, parse: Number } },
    })
  let sql = open()

  async function readAll() {
    const databases = await sql<DatabaseFigures[]>`
      SELECT datname AS "database", pg_database_size(datname) AS "sizeBytes",
             xact_commit AS "committed", xact_rollback AS "rolledBack",
             blks_hit AS "blocksFromCache", blks_read AS "blocksFromDisk",
             tup_returned AS "rowsRead", tup_inserted + tup_updated + tup_deleted AS "rowsWritten",
             deadlocks, temp_bytes AS "temporaryBytes"
      FROM pg_stat_database
      WHERE datname NOT LIKE 'template%'`
    const connections = await sql<{ database: string; state: string; connections: number }[]>`
      SELECT datname AS "database", coalesce(state, 'unknown') AS "state", count(*) AS "connections"
      FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND datname IS NOT NULL
      GROUP BY 1, 2`
    const [server] = await sql<Omit<ServerFigures, 'connections'>[]>`
      SELECT current_setting('max_connections')::int AS "maxConnections",
             (SELECT count(*) FROM pg_locks WHERE NOT granted) AS "waitingForLocks",
             (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float8
              FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
               AS "longestTransactionSeconds",
             (SELECT wal_bytes FROM pg_stat_wal) AS "walBytes",
             extract(epoch FROM pg_postmaster_start_time())::float8 AS "startedAtSeconds"`
    if (!server) throw new Error('Postgres gave no answer to a query that always has one.')
    return { databases, server: { ...server, connections } }
  }

  return {
    async read() {
      try {
        return await withLimit(readAll(), readLimitMs, () => new Error(`no figures within ${readLimitMs} ms`))
      } catch (error) {
        const last = sql
        sql = open()
        void last.end({ timeout: 0 }).catch(() => undefined)
        throw error
      }
    },
    [Symbol.asyncDispose]: () => sql.end({ timeout: 2 }),
  }
}

export function watchPostgres(options: { source: StatisticsSource; metrics: Metrics; log: Log }): AsyncDisposable {
  const { source, metrics, log } = options
  const size = metrics.gauge('postgres_database_size_bytes', 'Bytes on disk.', ['database'])
  const connections = metrics.gauge('postgres_connections', 'Client connections.', ['database', 'state'])
  const maxConnections = metrics.gauge('postgres_max_connections', 'Connections the server allows.', [])
  const waiting = metrics.gauge('postgres_locks_waiting', 'Lock requests that wait.', [])
  const longest = metrics.gauge('postgres_longest_transaction_seconds', 'Age of the oldest open transaction.', [])
  const started = metrics.gauge('postgres_start_time_seconds', 'When the server started.', [])
  const transactions = metrics.counter('postgres_transactions_total', 'Ended transactions.', ['database', 'outcome'])
  const blocks = metrics.counter('postgres_blocks_total', 'Blocks read.', ['database', 'source'])
  const rows = metrics.counter('postgres_rows_total', 'Rows read and written.', ['database', 'operation'])
  const deadlocks = metrics.counter('postgres_deadlocks_total', 'Deadlocks.', ['database'])
  const temporary = metrics.counter('postgres_temporary_bytes_total', 'Bytes of temporary files.', ['database'])
  const wal = metrics.counter('postgres_wal_bytes_total', 'Bytes of write-ahead log.', [])
  const figures = [
    ...[size, connections, maxConnections, waiting, longest, started],
    ...[transactions, blocks, rows, deadlocks, temporary, wal],
  ]
  const forget = (): void => {
    for (const figure of figures) figure.reset()
    // reset() sets figures without labels to zero, which would be a lie.
    for (const figure of [maxConnections, waiting, longest, started, wal]) figure.remove()
  }
  forget()

  return startWatching({
    what: 'the figures of Postgres',
    everyMs: 10_000,
    log,
    forget,
    read: async () => {
      const { databases, server } = await source.read()
      forget()
      for (const of of databases) {
        const { database } = of
        size.set({ database }, of.sizeBytes)
        transactions.inc({ database, outcome: 'committed' }, of.committed)
        transactions.inc({ database, outcome: 'rolled_back' }, of.rolledBack)
        blocks.inc({ database, source: 'cache' }, of.blocksFromCache)
        blocks.inc({ database, source: 'disk' }, of.blocksFromDisk)
        rows.inc({ database, operation: 'read' }, of.rowsRead)
        rows.inc({ database, operation: 'write' }, of.rowsWritten)
        deadlocks.inc({ database }, of.deadlocks)
        temporary.inc({ database }, of.temporaryBytes)
      }
      for (const { database, state, connections: count } of server.connections) {
        connections.set({ database, state }, count)
      }
      maxConnections.set(server.maxConnections)
      waiting.set(server.waitingForLocks)
      longest.set(server.longestTransactionSeconds)
      started.set(server.startedAtSeconds)
      wal.inc(server.walBytes)
    },
  })
}
