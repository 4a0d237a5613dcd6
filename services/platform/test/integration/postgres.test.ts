import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { FaultError, type Faults, noFaults } from '@techmart/platform/faults'
import { openPostgres, type PostgresOptions } from '@techmart/platform/postgres'
import { UpstreamError } from '@techmart/platform/refusals'
import { collectSpans, fakeLog } from '@techmart/platform/testing'
import { databaseUrl, dropDatabase } from './servers.ts'

const migrations = new URL('../fixtures/migrations/', import.meta.url)

async function startPostgres(t: TestContext, options: Partial<PostgresOptions> = {}) {
  const url = databaseUrl('platform')
  const db = await openPostgres({ url, migrations, log: fakeLog(), maxConnections: 4, ...options })
  t.after(async () => {
    await db[Symbol.asyncDispose]()
    await dropDatabase(url)
  })
  return { db, url }
}

test('opening creates the database and migrates it, once, also when replicas start together', async t => {
  const url = databaseUrl('replicas')
  t.after(() => dropDatabase(url))

  const replicas = await Promise.all([1, 2, 3].map(() => openPostgres({ url, migrations, log: fakeLog() })))
  t.after(() => Promise.all(replicas.map(replica => replica[Symbol.asyncDispose]())))

  const rows = await replicas[0]?.run<{ name: string }>(
    'list migrations',
    sql => sql`select name from migrations order by name`,
  )
  assert.deepEqual(
    rows?.map(row => row.name),
    ['001-lamps.sql', '002-outbox.sql'],
  )
})

test('a statement is one CLIENT span with its text and never its values', async t => {
  const collected = collectSpans(t)
  const { db, url } = await startPostgres(t)

  const rows = await db.run<{ sku: number }>(
    'find lamp of owner',
    sql => sql`select sku from lamps
      where owner = ${'grace'}`,
  )

  const span = collected.get('SELECT lamps')
  assert.deepEqual([...rows], [{ sku: 12 }])
  assert.equal(span.kind, SpanKind.CLIENT)
  assert.deepEqual(
    { ...span.attributes, 'server.address': undefined, 'server.port': undefined },
    {
      'db.system.name': 'postgresql',
      'db.namespace': new URL(url).pathname.slice(1),
      'db.operation.name': 'SELECT',
      'db.query.summary': 'SELECT lamps',
      'db.query.text': 'select sku from lamps where owner = $1',
      'db.response.returned_rows': 1,
      'techmart.statement': 'find lamp of owner',
      'server.address': undefined,
      'server.port': undefined,
    },
  )
  assert.doesNotMatch(JSON.stringify(span.attributes), /grace/)
})

test('a statement that the server refuses makes its span ERROR and is thrown with its code', async t => {
  const collected = collectSpans(t)
  const { db } = await startPostgres(t)

  const adding = db.run('add lamp', sql => sql`insert into lamps (sku, owner) values (${11}, ${'linus'})`)

  await assert.rejects(adding, { code: '23505', constraint_name: 'lamps_pkey' })
  const span = collected.get('INSERT lamps')
  assert.equal(span.status.code, SpanStatusCode.ERROR)
  assert.equal(span.attributes['db.response.status_code'], '23505')
  assert.equal(span.events.length, 1)
})

test('a transaction is undone when its function throws, and throws what it threw', async t => {
  const { db } = await startPostgres(t)
  const changedMind = new Error('changed my mind')

  const undone = db.transaction(async tx => {
    await tx.run('remove lamps', sql => sql`delete from lamps`)
    throw changedMind
  })

  await assert.rejects(undone, changedMind)
  const [row] = await db.run<{ count: number }>('count lamps', sql => sql`select count(*)::int as count from lamps`)
  assert.equal(row?.count, 2)
})

test('a statement that takes too long ends as a time-out of postgres', async t => {
  const { db } = await startPostgres(t, { statementTimeoutMs: 200 })

  const slow = db.run('sleep', sql => sql`select pg_sleep(5)`)

  await assert.rejects(slow, (error: unknown) => error instanceof UpstreamError && error.kind === 'timeout')
})

test('a fault strikes a statement by its name', async t => {
  const faults: Faults = {
    ...noFaults,
    areActive: () => true,
    strike: async (point, { target }) => {
      if (target === 'count lamps') throw new FaultError({ scenario: 'search-slow', point })
    },
  }
  const { db } = await startPostgres(t, { faults })

  await assert.rejects(
    db.run('count lamps', sql => sql`select count(*) from lamps`),
    FaultError,
  )
  assert.equal((await db.run('list lamps', sql => sql`select * from lamps`)).length, 2)
})

test('a server that goes away is an upstream that cannot be reached, and is used again when it is back', async t => {
  const { url } = await startPostgres(t)
  const proxy = await startProxy(t, url)
  const db = await openPostgres({ url: proxy.url, migrations, log: fakeLog(), maxConnections: 2 })
  t.after(() => db[Symbol.asyncDispose]())
  assert.equal(await db.isUp(), true)

  await proxy.stop()
  await assert.rejects(
    db.run('list lamps', sql => sql`select * from lamps`),
    (error: unknown) => error instanceof UpstreamError && error.dependency === 'postgres',
  )
  assert.equal(await db.isUp(), false)
  await proxy.start()

  const deadline = performance.now() + 5_000
  while (!(await db.isUp()) && performance.now() < deadline);
  assert.equal((await db.run('list lamps', sql => sql`select * from lamps`)).length, 2)
})

test('a server that never comes ends the start at its deadline, with the reason', async () => {
  const log = fakeLog()

  const opening = openPostgres({ url: 'postgres://a:secret@127.0.0.1:1/x', migrations, log, startTimeoutMs: 700 })

  await assert.rejects(opening, /127\.0\.0\.1:1\/x did not let us in/)
  assert.match(String(log.lines[0]?.message), /waiting for postgres/)
  assert.doesNotMatch(JSON.stringify(log.lines), /secret/)
})

/** A TCP proxy before the server, which can be stopped: clients are cut off and refused. */
async function startProxy(t: TestContext, target: string) {
  const { hostname, port, pathname, username, password } = new URL(target)
  const { connect } = await import('node:net')
  const sockets = new Set<Socket>()
  const server = createServer(inner => {
    const outer = connect(Number(port), hostname)
    for (const socket of [inner, outer]) {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          inner.destroy()
          outer.destroy()
        })
    }
    inner.pipe(outer).pipe(inner)
  })
  const start = (at: number) => new Promise<void>(resolve => server.listen(at, '127.0.0.1', resolve))
  await start(0)
  const { port: own } = server.address() as { port: number }
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  }
  t.after(stop)
  return { url: `postgres://${username}:${password}@127.0.0.1:${own}${pathname}`, stop, start: () => start(own) }
}
