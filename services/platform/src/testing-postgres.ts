// A real database for one test, on the server that POSTGRES_TEST_URL names (the stack tests set it).
import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import postgres from 'postgres'
import { openPostgres, type Postgres } from './postgres.ts'
import { fakeLog } from './testing.ts'

const serverUrl = (): string => {
  const url = process.env.POSTGRES_TEST_URL
  if (!url) throw new Error('POSTGRES_TEST_URL is missing; make test-stack sets it.')
  return url
}

/**
 * A database of the test's own, with the migrations of that folder. It is dropped at the test's end, which fails if connections
 * were left open.
 */
export async function openTestPostgres(t: TestContext, migrations: URL): Promise<Postgres> {
  const name = `test_${randomUUID().replaceAll('-', '_')}`
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  const opened = await openPostgres({ url: url.href, migrations, log: fakeLog(), startTimeoutMs: 10_000 })
  t.after(async () => {
    await opened[Symbol.asyncDispose]()
    await dropDatabase(name)
  })
  return opened
}

async function dropDatabase(name: string): Promise<void> {
  const server = postgres(serverUrl(), { max: 1, onnotice: () => {} })
  try {
    // A connection that was ended may be seen for a moment more; DROP DATABASE itself waits five seconds for it.
    await server`DROP DATABASE ${server(name)}`
  } finally {
    await server.end({ timeout: 3 })
  }
}
