// Where the real servers are. The tests in this folder need them, and say what is missing.
import postgres from 'postgres'

/** A Postgres server's URL with a database of its own for this test, which openPostgres creates. */
export function databaseUrl(name: string): string {
  const url = new URL(required('POSTGRES_TEST_URL', 'postgres://techmart:secret@localhost:5432/postgres'))
  url.pathname = `/${name}_${Date.now().toString(36)}`
  return url.href
}

export const kafkaBrokers = (): string[] => required('KAFKA_TEST_BROKERS', 'localhost:9092').split(',')

export async function dropDatabase(url: string): Promise<void> {
  const server = new URL(url)
  const name = server.pathname.slice(1)
  server.pathname = '/postgres'
  const sql = postgres(server.href, { max: 1 })
  await sql`drop database if exists ${sql(name)} with (force)`
  await sql.end()
}

function required(name: string, example: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is missing: this test needs a real server, such as ${example}.`)
  return value
}
