// Brings a database into being and up to date at a service's start. Files run in order, each in a transaction and once ever;
// an advisory lock keeps replicas that start together from doing so twice.
import { readdir, readFile } from 'node:fs/promises'
import postgres, { type Sql } from 'postgres'
import type { Log } from './log.ts'
import { delay } from './wait.ts'

/** Any number will do, as long as every replica uses the same. */
const migrationLock = 7_303_014

/** Resolves when the database answers; creates it when the server has no such one. Rejects after `startTimeoutMs`. */
export async function waitForDatabase(options: { url: string; log: Log; startTimeoutMs: number }): Promise<void> {
  const { url, log, startTimeoutMs } = options
  const startedAt = performance.now()
  let saidAt = Number.NEGATIVE_INFINITY
  for (;;) {
    try {
      await withOneConnection(url, sql => sql`select 1`)
      return
    } catch (error) {
      if (codeOf(error) === '3D000') {
        await createDatabase(url, log)
        continue
      }
      const waitedMs = Math.round(performance.now() - startedAt)
      // A wrong password or a missing right does not heal by waiting.
      if (waitedMs > startTimeoutMs || /^(28|42)/.test(codeOf(error))) {
        throw new Error(`postgres at ${placeOf(url)} did not let us in within ${waitedMs} ms`, { cause: error })
      }
      if (performance.now() - saidAt > 5_000) {
        saidAt = performance.now()
        log.warn('waiting for postgres', { place: placeOf(url), waitedMs, error })
      }
      await delay(500)
    }
  }
}

/** Runs the files that the table `migrations` does not name yet. Rejects, naming the file, when one fails. */
export async function migrate(options: { url: string; migrations: URL; log: Log }): Promise<void> {
  const files = (await readdir(options.migrations)).filter(name => /^\d{3}-[a-z0-9-]+\.sql$/.test(name)).sort()
  await withOneConnection(options.url, async sql => {
    await sql`select pg_advisory_lock(${migrationLock})`
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`
    const applied = new Set((await sql<{ name: string }[]>`select name from migrations`).map(row => row.name))
    for (const name of files.filter(file => !applied.has(file))) {
      const text = await readFile(new URL(name, folder(options.migrations)), 'utf8')
      try {
        await sql.begin(async tx => {
          await tx.unsafe(text).simple()
          await tx`insert into migrations (name) values (${name})`
        })
      } catch (error) {
        throw new Error(`migration ${name} failed`, { cause: error })
      }
      options.log.info('migrated', { migration: name })
    }
  })
}

async function createDatabase(url: string, log: Log): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const server = new URL(url)
  server.pathname = '/postgres'
  try {
    await withOneConnection(server.href, sql => sql`create database ${sql(name)}`)
    log.info('created the database', { database: name })
  } catch (error) {
    // 42P04 and 23505: another replica was faster.
    if (codeOf(error) !== '42P04' && codeOf(error) !== '23505') throw error
  }
}

async function withOneConnection(url: string, use: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    await use(sql)
  } finally {
    await sql.end({ timeout: 3 })
  }
}

const folder = (url: URL): URL => (url.href.endsWith('/') ? url : new URL(`${url.href}/`))

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** Host, port and database: never the password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port || '5432'}${pathname}`
}
