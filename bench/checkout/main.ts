// Forty clients after 500 lamps: 3,000 attempts to reserve and buy one through inventory's own HTTP routes and store, on a
// Postgres like the lab's. Beside it, in turns, the same routes on a store that looks first and writes then.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { commitReservation, reserveStock } from '@techmart/contracts/inventory-routes'
import { pathOf } from '@techmart/contracts/route'
import { noFaults } from '@techmart/platform/faults'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { openPostgres, type Postgres } from '@techmart/platform/postgres'
import { buildApp } from '../../services/inventory/src/app.ts'
import { makeInventoryEvents } from '../../services/inventory/src/events.ts'
import { makeReservationStore, type ReservationStore } from '../../services/inventory/src/reservation-store.ts'
import { makeShelfStore } from '../../services/inventory/src/shelf-store.ts'
import { makeStockStore } from '../../services/inventory/src/stock-store.ts'
import { startPostgres } from '../search/start-postgres.ts'
import { makeReadThenWriteStore } from './read-then-write.ts'

const clients = 40
const attempts = 3_000
const inStock = 500
const runs = Number(process.env.RUNS || 7)
/** The one that everybody wants; half of the baskets hold a second thing, before or after it, of which there is plenty. */
const scarce = 11
const plenty = [3, 5, 7, 13, 17, 19]
const holdMs = 600_000

await using stack = new AsyncDisposableStack()
const server = process.env.POSTGRES_TEST_URL ?? (await startPostgres(stack))
const log = buildLog({ service: 'bench', level: 'error' })
const migrations = new URL('../../services/inventory/migrations/', import.meta.url)

interface Figures {
  readonly attemptsPerSecond: number
  readonly sold: number
  readonly refused: number
  readonly failed: number
  readonly deadlocks: number
  /** What stock, reservations and movements say of the scarce product; the same number where nothing went wrong. */
  readonly soldByTheBooks: number
}

const results: { ours: Figures; looking: Figures }[] = []
for (let run = 1; run <= runs; run++) {
  const measureOurs = () => measure(`ours_${run}`, async postgres => makeReservationStore(postgres, holdMs))
  const measureLooking = () =>
    measure(`looking_${run}`, async postgres => {
      // Else this would stop what is to be shown.
      await postgres.run('allow overselling', sql => sql`ALTER TABLE stock DROP CONSTRAINT stock_available_check`)
      return { ...makeReservationStore(postgres, holdMs), ...makeReadThenWriteStore(postgres, holdMs) }
    })
  // The other one first every second time: whoever comes first finds colder caches.
  const oursFirst = run % 2 === 1
  const first = await (oursFirst ? measureOurs() : measureLooking())
  const second = await (oursFirst ? measureLooking() : measureOurs())
  const [ours, looking] = oursFirst ? [first, second] : [second, first]
  results.push({ ours, looking })
  console.log(`run ${run}: inventory ${tell(ours)}; read then write ${tell(looking)}`)
}

const median = (values: number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
const ourPace = median(results.map(({ ours }) => ours.attemptsPerSecond))
const lookingPace = median(results.map(({ looking }) => looking.attemptsPerSecond))
const ratio = ourPace / lookingPace
const isRight = ({ sold, failed, deadlocks, soldByTheBooks }: Figures) =>
  sold === inStock && soldByTheBooks === inStock && failed === 0 && deadlocks === 0
const allRight = results.every(({ ours }) => isRight(ours))
const oversold = results.filter(({ looking }) => looking.sold > inStock)
console.log(
  `Median of ${runs} runs: ${ourPace.toFixed(0)} attempts a second by inventory, ${lookingPace.toFixed(0)} by read-then-write: ${ratio.toFixed(2)} times (wanted: 1.0).`,
)
console.log(
  `${allRight ? `Inventory sold exactly ${inStock} each time, without a deadlock` : 'INVENTORY WAS WRONG'}; read-then-write oversold in ${oversold.length} of ${runs} runs.`,
)
process.exitCode = allRight && ratio >= 1 ? 0 : 1

function tell({ attemptsPerSecond, sold, failed, deadlocks }: Figures): string {
  return `${attemptsPerSecond.toFixed(0)}/s, ${sold} sold of ${inStock}, ${failed} failed, ${deadlocks} deadlocks`
}

async function measure(name: string, makeStore: (postgres: Postgres) => Promise<ReservationStore>): Promise<Figures> {
  const database = new URL(server)
  database.pathname = `/bench_checkout_${process.pid}_${name}`
  const quiet = buildLog({ service: 'bench', level: 'error' })
  quiet.silent = true
  const postgres = await openPostgres({ url: database.href, migrations, log: quiet })
  const stock = makeStockStore(postgres)
  await stock.set(scarce, { available: inStock, threshold: 0 })
  for (const id of plenty) await stock.set(id, { available: 100_000, threshold: 0 })

  const metrics = buildMetrics()
  const app = buildApp({
    log: quiet,
    metrics,
    faults: noFaults,
    events: makeInventoryEvents(metrics, quiet),
    stock,
    shelves: makeShelfStore(postgres),
    reservations: await makeStore(postgres),
    readiness: async () => ({ ready: true, dependencies: {} }),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const post = (path: string, body?: object) => ask(agent, port, path, body)

  const count = { sold: 0, refused: 0, failed: 0 }
  let begun = 0
  const client = async () => {
    while (begun < attempts) {
      const n = begun++
      const orderId = randomUUID()
      const reserved = await post(pathOf(reserveStock), { orderId, items: basketOf(n) })
      if (reserved === 409) count.refused++
      else if (reserved !== 201) count.failed++
      else if ((await post(pathOf(commitReservation, { orderId }))) === 200) count.sold++
      else count.failed++
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - startedAt) / 1_000

  agent.destroy()
  await app.close()
  const soldByTheBooks = await countSold(postgres)
  await postgres[Symbol.asyncDispose]()
  return { attemptsPerSecond: attempts / seconds, ...count, soldByTheBooks, deadlocks: await countDeadlocks(database) }
}

function basketOf(n: number): { productId: number; quantity: number }[] {
  const wanted = { productId: scarce, quantity: 1 }
  const other = { productId: plenty[n % plenty.length] ?? 3, quantity: 1 }
  switch (n % 4) {
    case 0:
      return [wanted, other]
    case 1:
      return [other, wanted]
    default:
      return [wanted]
  }
}

async function countSold(postgres: Postgres): Promise<number> {
  const [row] = await postgres.run<{ left: number; reserved: number; moved: number }>(
    'count what is sold',
    sql => sql`
      SELECT (SELECT available + held FROM stock WHERE product_id = ${scarce})::integer AS left,
             (SELECT count(*) FROM reservations WHERE state = 'committed')::integer AS reserved,
             (SELECT -coalesce(sum(quantity), 0) FROM movements WHERE product_id = ${scarce} AND reason = 'sold')::integer AS moved`,
  )
  const agree = row !== undefined && row.reserved === row.moved && inStock - row.left === row.moved
  return agree ? row.moved : Number.NaN
}

/** Asked after the sessions have ended, which is when they have told the server all that they know. */
async function countDeadlocks(database: URL): Promise<number> {
  const onServer = await openPostgres({ url: server, log })
  try {
    const [row] = await onServer.run<{ deadlocks: string }>(
      'count deadlocks',
      sql => sql`SELECT deadlocks FROM pg_stat_database WHERE datname = ${database.pathname.slice(1)}`,
    )
    if (row === undefined) throw new Error(`pg_stat_database knows nothing of ${database.pathname}.`)
    return Number(row.deadlocks)
  } finally {
    await onServer[Symbol.asyncDispose]()
  }
}

function ask(agent: Agent, port: number, path: string, body?: object): Promise<number> {
  return new Promise(resolve => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = text === undefined ? {} : { 'content-type': 'application/json' }
    request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers, timeout: 30_000 }, reply => {
      reply.resume().once('end', () => resolve(reply.statusCode ?? 0))
    })
      .once('error', () => resolve(0))
      .end(text)
  })
}
