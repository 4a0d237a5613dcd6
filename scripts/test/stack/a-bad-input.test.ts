// Generated bad input through the gateway against the running store: every route, every field, every keyword of its schemas.
// Nothing fails, nothing is written, and each refusal names the field.
import assert from 'node:assert/strict'
import { request as sendRequest } from 'node:http'
import { type TestContext, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import type { RouteContract } from '@techmart/contracts/route'
import { type Answered, type BadRequest, badRequestsOf, checkRefusal } from '@techmart/platform/testing-bad-requests'
import postgres from 'postgres'
import { ask, compose, eventually, pauseShoppers, query, tokens, urls } from './lab.ts'

const databases = ['api', 'users', 'inventory', 'payments', 'notifications'] as const

type Counts = Readonly<Record<string, string>>

/** Rows in every table, and how often a row was written to it, however short it lived and whether or not it was kept. */
async function countRows(database: string): Promise<Counts> {
  const url = new URL(
    process.env.POSTGRES_TEST_URL ?? assert.fail('POSTGRES_TEST_URL is missing; make test-stack sets it.'),
  )
  url.pathname = `/${database}`
  const sql = postgres(url.href, { max: 1, onnotice: () => {} })
  try {
    const tables = await sql<{ relname: string; inserts: string }[]>`
      SELECT relname, n_tup_ins::text AS inserts FROM pg_stat_user_tables ORDER BY relname`
    const counts: Record<string, string> = {}
    for (const { relname, inserts } of tables) {
      const [row] = await sql<{ rows: string }[]>`SELECT count(*)::text AS rows FROM ${sql(relname)}`
      counts[`${database}.${relname}`] = `${row?.rows} rows, ${inserts} written`
    }
    return counts
  } finally {
    await sql.end({ timeout: 3 })
  }
}

const countAll = async (): Promise<Counts> => Object.assign({}, ...(await Promise.all(databases.map(countRows))))

/** A server process of Postgres that has nothing to do keeps what it counted for itself for this long (PGSTAT_IDLE_INTERVAL). */
const STATISTICS_LATE_MS = 10_000

/** What was begun before comes to its end: orders are told of, statistics reach the table that they are counted in. */
async function countWhenQuiet(): Promise<Counts> {
  let last = await countAll()
  let quietSince = Date.now()
  return eventually(
    async () => {
      const now = await countAll()
      if (!isDeepStrictEqual(now, last)) quietSince = Date.now()
      last = now
      const quietMs = Date.now() - quietSince
      assert.ok(quietMs > STATISTICS_LATE_MS + 2_000, `rows are being written: quiet for ${quietMs} ms only`)
      return now
    },
    { withinMs: 90_000, everyMs: 2_000 },
  )
}

/** The traffic's token is free of the rate limit, and has every right but the admin's own. */
const tokenFor = ({ access }: RouteContract) => (access?.test === 'none' ? tokens.admin : tokens.test)

/** fetch would mend some of these addresses and headers before they are sent. */
function send(request: BadRequest, token: string): Promise<Answered> {
  const { hostname, port } = new URL(urls.store)
  const body = request.body ?? ''
  const length: Record<string, string> =
    request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const sent = sendRequest(
      {
        hostname,
        port,
        method: request.method,
        path: request.url,
        headers: { ...request.headers, ...length, authorization: `Bearer ${token}` },
        timeout: 15_000,
      },
      reply => {
        const chunks: Buffer[] = []
        reply.on('data', chunk => chunks.push(chunk))
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
        reply.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error('no answer within 15 s')))
    sent.end(body)
  })
}

async function sendAll(t: TestContext, route: RouteContract): Promise<number> {
  const requests = badRequestsOf(route)
  const wrong: string[] = []
  for (const request of requests) {
    try {
      checkRefusal(request, await send(request, tokenFor(route)))
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error))
    }
  }
  t.diagnostic(`${requests.length} cases, ${wrong.length} not refused as they should be`)
  assert.deepEqual(wrong, [])
  return requests.length
}

test('whatever is wrong with a request is refused by its field, and nothing is written', async t => {
  await pauseShoppers(t)
  const failuresOf = () => query('sum(http_requests_total{status=~"5.."}) or vector(0)')
  const [before, failedBefore] = [await countWhenQuiet(), await failuresOf()]
  let cases = 0

  for (const route of [...publicRoutes.map(({ route }) => route), ...edgeRoutes]) {
    await t.test(`${route.method} ${route.path}`, async t => {
      cases += await sendAll(t, route)
    })
  }

  t.diagnostic(`${cases} generated requests`)
  assert.ok(cases > 1_000, `${cases} cases`)
  assert.deepEqual(await countWhenQuiet(), before)
  assert.equal((await failuresOf())[0]?.value, failedBefore[0]?.value)
})

test('the store is as well afterwards as it was before', async () => {
  const health = await ask(`${urls.store}/api/health`)
  const states = await compose('ps', '--format', '{{.Service}} {{.State}}')

  assert.equal(health.body.status, 'up')
  assert.ok(!/exited|restarting|dead/.test(states), states)
})
