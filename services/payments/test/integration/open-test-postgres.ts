import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import { openPostgres, type Postgres } from '@techmart/platform/postgres'
import { fakeLog } from '@techmart/platform/testing'
import postgres from 'postgres'

/** The server of the test stack; the tests of this folder run only where it is. */
const serverUrl = (): string => {
  const url = process.env.POSTGRES_TEST_URL
  if (!url) throw new Error('POSTGRES_TEST_URL is missing; make test-stack sets it.')
  return url
}

/** A migrated database of the test's own. It is dropped at the test's end, which fails if connections were left open. */
export async function openTestPostgres(t: TestContext): Promise<Postgres> {
  const name = `test_${randomUUID().replaceAll('-', '_')}`
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  const migrations = new URL('../../migrations/', import.meta.url)
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
