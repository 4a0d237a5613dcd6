// What a rolling restart of two api replicas costs under load: requests lost, spans lost, seconds to the exit; and beside it, in the
// same lab under the same load, what it costs to kill them. RESTARTS (20), RPS (20). Exit code 0 when nothing was lost in order.
import { cpus } from 'node:os'
import { makePrometheusApi } from '../../scripts/chaos/prometheus-api.ts'
import { compose } from '../../scripts/lib/docker.ts'
import { openLabStack } from '../time-to-page/lab-stack.ts'
import { type LoadResult, shop } from './load.ts'
import { type Ending, end, startAgain, startTwo } from './replicas.ts'

const restarts = Number(process.env.RESTARTS || 20)
const requestsPerSecond = Number(process.env.RPS || 20)
/** Readiness off, and `connection: close` on every reply, until the listening socket closes. */
const drainSeconds = 1
const tell = (line: string): void => console.log(line)

interface Phase extends LoadResult {
  readonly endings: readonly Ending[]
  /** SERVER spans of api, and events of journeys, that the collector counted. */
  readonly spans: number
  readonly events: number
}

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())

await using stack = new AsyncDisposableStack()
process.env.HISTORY = 'off'
const lab = await openLabStack(stack, `techmart-roll-${process.pid}`, interrupted.signal)
Object.assign(process.env, lab.env)
const prometheus = makePrometheusApi(lab.prometheusUrl)
await compose('stop', 'k6')
const replicas = await startTwo()

const count = async (selector: string) =>
  (await prometheus.query(`sum(techmart_calls_total{${selector}})`))[0]?.value ?? 0
async function readCounts() {
  return {
    spans: await count('service_name="api", span_kind="SPAN_KIND_SERVER"'),
    // A journey that api could not count itself is counted by the gateway.
    events: await count('span_name=~"cuj[.].+", service_name=~"api|gateway"'),
  }
}

/** When nothing has been added for longer than a flush, a push and a scrape take together. */
async function settledCounts() {
  let counts = await readCounts()
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, 15_000))
    const now = await readCounts()
    if (now.spans === counts.spans && now.events === counts.events) return now
    counts = now
  }
}

async function measure(how: 'in order' | 'by force'): Promise<Phase> {
  const before = await settledCounts()
  const stop = new AbortController()
  const shopping = shop(lab.storeUrl, requestsPerSecond, AbortSignal.any([stop.signal, interrupted.signal]))
  const endings: Ending[] = []
  for (let n = 0; n < restarts && !interrupted.signal.aborted; n++) {
    const id = replicas[n % replicas.length] ?? ''
    endings.push(await end(id, how))
    await startAgain(id)
  }
  stop.abort()
  const load = await shopping
  const after = await settledCounts()
  return { ...load, endings, spans: after.spans - before.spans, events: after.events - before.events }
}

function describe(how: string, phase: Phase): void {
  const seconds = phase.endings.map(ending => ending.seconds).sort((a, b) => a - b)
  const codes = [...new Set(phase.endings.map(ending => ending.exitCode))].join(', ')
  const lost = [...phase.lost].map(([what, times]) => `${times} × ${what}`).join(', ')
  tell(`\n${restarts} restarts ${how}:`)
  tell(
    `  requests    ${phase.asked} asked, ${phase.asked - phase.answered} lost${lost && ` (${lost})`}; slowest ${phase.slowestMs.toFixed(0)} ms`,
  )
  tell(
    `  spans       ${phase.answered} answered, ${phase.spans} SERVER spans of api: ${phase.answered - phase.spans} lost`,
  )
  tell(`  events      ${phase.asked} asked, ${phase.events} journeys counted: ${phase.asked - phase.events} lost`)
  tell(
    `  exit        median ${seconds[Math.floor(seconds.length / 2)]?.toFixed(2)} s, slowest ${seconds.at(-1)?.toFixed(2)} s, code ${codes}`,
  )
}

const inOrder = await measure('in order')
describe('in order (SIGTERM)', inOrder)
const byForce = await measure('by force')
describe('by force (SIGKILL), the baseline', byForce)
tell(
  `\n${requestsPerSecond} requests a second; ${cpus().length} × ${cpus()[0]?.model.trim()}; ${new Date().toISOString()}`,
)

const slowest = Math.max(...inOrder.endings.map(ending => ending.seconds)) - drainSeconds
const held =
  inOrder.lost.size === 0 &&
  inOrder.spans === inOrder.answered &&
  slowest < 2 &&
  inOrder.endings.every(ending => ending.exitCode === 0)
tell(held ? 'Nothing was lost in order.' : 'A promise was broken.')
process.exitCode = held ? 0 : 1
