// Search among 100,000 products over HTTP, fifty requests a second, while products are written: the way the shop does it, and
// beside it the same route on ILIKE. Both get the same requests at the same moments of their own run.
import { Agent, request } from 'node:http'
import { noFaults } from '@techmart/platform/faults'
import { buildHttpApp } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { openPostgres, type Postgres } from '@techmart/platform/postgres'
import { makeApiEvents } from '../../services/api/src/events.ts'
import { makeProductStore } from '../../services/api/src/product-store.ts'
import { addSearchRoutes } from '../../services/api/src/routes/search.ts'
import { makeSearchProducts } from '../../services/api/src/search-products.ts'
import { makeSearchStore, type SearchStore } from '../../services/api/src/search-store.ts'
import { makeIlikeStore } from './ilike-store.ts'
import { makeProducts, pickQuery } from './products.ts'
import { startPostgres } from './start-postgres.ts'

const productCount = 100_000
const requestsPerSecond = 50
const seconds = Number(process.env.SECONDS || 60)
const warmUpSeconds = 5
/** What product-worker may be doing meanwhile: a hundred rows of an upload, five times a second, half of them changes. */
const writes = { rows: 100, everyMs: 200 }

await using stack = new AsyncDisposableStack()
const url = process.env.POSTGRES_TEST_URL ?? (await startPostgres(stack))
const database = new URL(url)
database.pathname = `/bench_search_${process.pid}`
const log = buildLog({ service: 'bench', level: 'error' })
// What fails is counted.
log.silent = true
const migrations = new URL('../../services/api/migrations/', import.meta.url)
const postgres = stack.use(await openPostgres({ url: database.href, migrations, log, statementTimeoutMs: 20_000 }))

console.log(`Writing ${productCount} products …`)
const products = makeProductStore(postgres)
for (let from = 1; from <= productCount; from += 5_000) await products.seed(makeProducts(from, 5_000))
await postgres.run('vacuum', sql => sql`VACUUM ANALYZE products`)

// In this order: where ILIKE cannot keep up, what it left undone would stand in the way of whoever comes next.
const search = await measure('search', makeSearchStore(postgres))
const ilike = await measure('ILIKE', makeIlikeStore(postgres))
console.log(`p99 of search is ${(search.p99 / ilike.p99).toFixed(3)} times that of ILIKE (wanted: at most 0.5).`)
process.exitCode = search.p99 <= 0.5 * ilike.p99 && search.failed === 0 ? 0 : 1

interface Figures {
  readonly p50: number
  readonly p99: number
  readonly failed: number
}

/** Asks at a constant rate, whatever the answers take: a slow answer does not thin out the requests. */
async function measure(name: string, store: SearchStore): Promise<Figures> {
  const metrics = buildMetrics()
  const app = buildHttpApp({
    service: 'api',
    log,
    metrics,
    faults: noFaults,
    readiness: async () => ({ ready: true, dependencies: {} }),
  })
  addSearchRoutes(app, { searchProducts: makeSearchProducts({ search: store, events: makeApiEvents(metrics, log) }) })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const agent = new Agent({ keepAlive: true })
  const writer = startWriting(postgres)

  const tookMs: number[] = []
  let failed = 0
  const answers: Promise<void>[] = []
  const startedAt = performance.now()
  for (let n = 0; n < requestsPerSecond * (warmUpSeconds + seconds); n++) {
    const dueMs = startedAt + (n * 1_000) / requestsPerSecond
    const early = dueMs - performance.now()
    if (early > 0) await new Promise(resolve => setTimeout(resolve, early))
    answers.push(
      ask(agent, port, pickQuery(n)).then(status => {
        if (n < requestsPerSecond * warmUpSeconds) return
        // A failed answer took as long as its caller waited for it.
        tookMs.push(performance.now() - dueMs)
        if (status !== 200) failed++
      }),
    )
  }
  await Promise.all(answers)
  const written = await writer.stop()
  agent.destroy()
  await app.close()

  tookMs.sort((one, other) => one - other)
  const at = (share: number) => tookMs[Math.ceil(share * tookMs.length) - 1] ?? Number.NaN
  const figures = { p50: at(0.5), p99: at(0.99), failed }
  console.log(
    `${name.padEnd(6)} p50 ${figures.p50.toFixed(1)} ms, p99 ${figures.p99.toFixed(1)} ms; ${tookMs.length} answers, ${failed} failed; ${written} rows written meanwhile`,
  )
  return figures
}

function ask(agent: Agent, port: number, query: Record<string, string>): Promise<number> {
  return new Promise(resolve => {
    const path = `/api/products/search?${new URLSearchParams(query)}`
    request({ agent, host: '127.0.0.1', port, path, timeout: 30_000 }, reply => {
      reply.resume().once('end', () => resolve(reply.statusCode ?? 0))
    })
      .once('error', () => resolve(0))
      .end()
  })
}

function startWriting(on: Postgres): { stop(): Promise<number> } {
  let next = productCount + 1
  let written = 0
  let stopped = false
  const writeOnce = async () => {
    const half = writes.rows / 2
    const changed = 1 + Math.floor(Math.random() * (productCount - half))
    await makeProductStore(on).seed(makeProducts(next, half))
    next += half
    await on.run(
      'change products',
      sql => sql`
        UPDATE products SET description = replace(description, ' In stock.', '') || ' In stock.'
        WHERE id BETWEEN ${changed} AND ${changed + half - 1}`,
    )
    written += writes.rows
  }
  const run = async () => {
    while (!stopped) {
      // A database that is too busy to write shows in the number of rows written.
      await writeOnce().catch(() => {})
      await new Promise(resolve => setTimeout(resolve, writes.everyMs))
    }
  }
  const running = run()
  return {
    async stop() {
      stopped = true
      await running
      return written
    },
  }
}
