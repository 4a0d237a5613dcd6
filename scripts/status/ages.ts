// How old the last span, log line and scrape of each service are. `make status` runs this one file in a container of the lab's own
// network, because Loki's port is not published; so it imports nothing of ours. The services are its arguments.

export interface Ages {
  readonly service: string
  /** Seconds; undefined where there was none in the hour that is looked at. */
  readonly span: number | undefined
  readonly log: number | undefined
  readonly scrape: number | undefined
}

export interface Stores {
  readonly prometheusUrl: string
  readonly lokiUrl: string
  readonly nowMs: () => number
}

type Range = { metric: Record<string, string>; values: [number, string][] }
type Streams = { values: [string, string][] }

const lookBackSeconds = 3600
/** The collector hands its counts over every five seconds: no finer step would see more, and no age of a span is truer than that. */
const stepSeconds = 5
const timeoutMs = 10_000

async function getData(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`)
  return ((await response.json()) as { data: { result: unknown } }).data.result
}

async function getRanges({ prometheusUrl, nowMs }: Stores, query: string): Promise<readonly Range[]> {
  const end = nowMs() / 1000
  const range = { query, start: String(end - lookBackSeconds), end: String(end), step: String(stepSeconds) }
  return (await getData(`${prometheusUrl}/api/v1/query_range?${new URLSearchParams(range)}`)) as Range[]
}

/** When a counter last rose. The counts are handed over whether they rose or not, so that their own time says nothing. */
export function findLastRise(values: readonly (readonly [number, string])[]): number | undefined {
  for (let at = values.length - 1; at > 0; at--) {
    const [[, before], [time, now]] = [values[at - 1], values[at]] as [[number, string], [number, string]]
    if (Number(now) > Number(before)) return time
  }
  return undefined
}

async function readSpanTimes(stores: Stores): Promise<ReadonlyMap<string, number | undefined>> {
  const ranges = await getRanges(stores, 'sum by (service_name) (techmart_calls_total)')
  return new Map(ranges.map(({ metric, values }) => [metric.service_name ?? '', findLastRise(values)]))
}

async function readScrapeTimes(stores: Stores): Promise<ReadonlyMap<string, number | undefined>> {
  // Of the bare series: the time of anything computed is the time of computing it.
  const query = 'max by (service) (timestamp(up{service!=""}) and up{service!=""} == 1)'
  const ranges = await getRanges(stores, query)
  return new Map(ranges.map(({ metric, values }) => [metric.service ?? '', Number(values.at(-1)?.[1])]))
}

async function readLogTime({ lokiUrl, nowMs }: Stores, service: string): Promise<number | undefined> {
  const start = `${nowMs() - lookBackSeconds * 1000}000000`
  const query = { query: `{service_name="${service}"}`, limit: '1', direction: 'backward', start }
  const streams = (await getData(`${lokiUrl}/loki/api/v1/query_range?${new URLSearchParams(query)}`)) as Streams[]
  const times = streams.flatMap(({ values }) => values.map(([nanos]) => Number(nanos) / 1e9))
  return times.length === 0 ? undefined : Math.max(...times)
}

export async function readAges(stores: Stores, services: readonly string[]): Promise<readonly Ages[]> {
  const [spans, scrapes, ...logs] = await Promise.all([
    readSpanTimes(stores),
    readScrapeTimes(stores),
    ...services.map(service => readLogTime(stores, service)),
  ])
  const ageOf = (time: number | undefined) =>
    time === undefined ? undefined : Math.max(0, stores.nowMs() / 1000 - time)
  return services.map((service, at) => ({
    service,
    span: ageOf(spans.get(service)),
    log: ageOf(logs[at]),
    scrape: ageOf(scrapes.get(service)),
  }))
}

/** `7 s`, `12 min`, and a dash for more than an hour or never. */
export function toWords(seconds: number | undefined): string {
  if (seconds === undefined) return '–'
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min`
}

export function formatAges(ages: readonly Ages[]): readonly string[] {
  const row = (...[service = '', ...cells]: readonly string[]) =>
    `${service.padEnd(18)} ${cells.map(cell => cell.padEnd(10)).join(' ')}`.trimEnd()
  return [
    row('LAST OF', 'SPAN', 'LOG', 'SCRAPE'),
    ...ages.map(({ service, span, log, scrape }) => row(service, toWords(span), toWords(log), toWords(scrape))),
  ]
}

if (import.meta.main) {
  const stores = { prometheusUrl: 'http://prometheus:9090', lokiUrl: 'http://loki:3100', nowMs: Date.now }
  try {
    for (const line of formatAges(await readAges(stores, process.argv.slice(2)))) console.log(line)
  } catch (error) {
    const cause = (error as { cause?: { message?: string } }).cause?.message
    console.log(`How old the last signals are cannot be said: ${cause ?? (error as Error).message}.`)
  }
}
