// A week in an hour: what 200,000 requests leave behind, and what the services' own cleaning leaves of that. The lab's shoppers shop for
// SECONDS (150) at RPS (50); from what that made, the rows of REQUESTS (200000) are made by copying them in SQL, spread over a week;
// then nine days pass, in SQL, and the services clean. A service begins its round when it starts: each restart is one of the
// rounds that it makes once a minute. Exit code 0 when everything that grows has a bound that held.
import { makePrometheusApi } from '../../scripts/chaos/prometheus-api.ts'
import { compose } from '../../scripts/lib/docker.ts'
import { openLabStack } from '../time-to-page/lab-stack.ts'
import { fixedTables, type GrowingTable, growingTables } from './tables.ts'
import {
  age,
  countMade,
  databases,
  listTables,
  measure,
  measureTopics,
  multiply,
  sql,
  type Volume,
  vacuum,
} from './volume.ts'

const seconds = Number(process.env.SECONDS || 150)
const wantedRequests = Number(process.env.REQUESTS || 200_000)
const passedDays = 9
const mostRounds = 60
/** Bounded by a number and not by time: rows, at most. */
const mostRows: Readonly<Record<string, number>> = { reviews: 240 * 200, users: 50_000 }
const tell = (line: string): void => console.log(line)
const nameOf = ({ database, table }: { database: string; table: string }) => `${database}.${table}`

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())

await using stack = new AsyncDisposableStack()
Object.assign(process.env, { HISTORY: 'off', RPS: process.env.RPS || '50' })
const lab = await openLabStack(stack, `techmart-week-${process.pid}`, interrupted.signal)
Object.assign(process.env, lab.env)
const prometheus = makePrometheusApi(lab.prometheusUrl)

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
async function until(what: string, limitSeconds: number, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limitSeconds * 1_000
  while (!(await check())) {
    if (Date.now() > deadline || interrupted.signal.aborted) throw new Error(`Not within ${limitSeconds} s: ${what}.`)
    await wait(2_000)
  }
}

async function shopForAWhile(): Promise<number> {
  await wait(seconds * 1_000)
  await compose('stop', 'k6')
  await until('every event is out and every job done', 120, async () => {
    const waiting = await Promise.all([
      sql('api', 'SELECT count(*) FROM outbox WHERE published_at IS NULL'),
      sql('api', 'SELECT count(*) FROM upload_jobs WHERE finished_at IS NULL'),
      sql('api', 'SELECT count(*) FROM orders WHERE recover_at IS NOT NULL'),
    ])
    return waiting.every(count => count === '0')
  })
  // A scrape and a push later all of it is counted.
  await wait(10_000)
  return (await prometheus.query('sum(gateway_requests_total)'))[0]?.value ?? 0
}

async function measureAll(): Promise<ReadonlyMap<GrowingTable, Volume>> {
  return new Map(await Promise.all(growingTables.map(async table => [table, await measure(table)] as const)))
}

async function makeAWeek(requests: number): Promise<void> {
  for (const table of growingTables) {
    const rows = await countMade(table)
    const wanted = Math.round((rows / requests) * wantedRequests)
    await multiply(table, rows, wanted)
    await vacuum(table)
  }
}

const isBounded = (table: GrowingTable, { rows }: Volume): boolean => rows <= (mostRows[table.table] ?? 0)

/** Rounds until everything is within its bound, or there is no hope. */
async function clean(): Promise<number> {
  for (let round = 1; ; round++) {
    await compose('restart', '--timeout', '20', ...databases)
    await until('the services are healthy', 60, async () => {
      const states = await compose('ps', '--format', '{{.Health}}', ...databases)
      return states.split('\n').every(state => state === 'healthy')
    })
    const left = await measureAll()
    if ([...left].every(([table, volume]) => isBounded(table, volume)) || round === mostRounds) return round
    if (interrupted.signal.aborted) return round
  }
}

const unknown = (await listTables()).filter(
  ({ database, table }) =>
    fixedTables[table] === undefined && !growingTables.some(one => one.database === database && one.table === table),
)
const requests = await shopForAWhile()
const topics = await measureTopics()
tell(`${requests} requests in ${seconds} s; the rows of ${wantedRequests} are made from theirs.`)
await makeAWeek(requests)
const week = await measureAll()
for (const table of growingTables) await age(table, passedDays)
const rounds = await clean()
for (const table of growingTables) await vacuum(table)
const left = await measureAll()

const mebi = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
const sumOf = (volumes: ReadonlyMap<unknown, Volume>) =>
  [...volumes.values()].reduce((sum, { bytes }) => sum + bytes, 0)
tell(`\n| table | rows of ${wantedRequests} requests | MiB | bound | rows left | MiB left |\n|---|---|---|---|---|---|`)
for (const [table, volume] of week) {
  const rest = left.get(table) ?? volume
  tell(
    `| ${nameOf(table)} | ${volume.rows} | ${mebi(volume.bytes)} | ${table.bound} | ${rest.rows} | ${mebi(rest.bytes)} |`,
  )
}
tell(`| all | | ${mebi(sumOf(week))} | | | ${mebi(sumOf(left))} |`)
tell(`\n| topic | MiB after ${requests} requests | of ${wantedRequests}, were nothing removed |\n|---|---|---|`)
for (const [topic, bytes] of topics) {
  tell(`| ${topic} | ${mebi(bytes)} | ${mebi((bytes / requests) * wantedRequests)} |`)
}
tell(`\n${rounds} rounds of cleaning, which a running lab makes once a minute.`)

const unbounded = [...left].filter(([table, volume]) => !isBounded(table, volume)).map(([table]) => nameOf(table))
if (unknown.length > 0) tell(`Tables that nobody has thought of: ${unknown.map(nameOf).join(', ')}.`)
if (unbounded.length > 0) tell(`Beyond their bound: ${unbounded.join(', ')}.`)
process.exitCode = unknown.length === 0 && unbounded.length === 0 ? 0 : 1
