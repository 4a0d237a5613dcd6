// What the collector would have sent: events of a journey, turned into the series of its span metrics on a grid of one flush
// every five seconds. Labels are those that collector/config.yaml produces. Two habits of it matter for young series:
// the first flush of a new `calls` series says 0, and Prometheus puts a zero before the first sample of a new histogram
// (created-timestamp-zero-ingestion), so that no first event is lost and one is at most five seconds late.

export const flushSeconds = 5

export interface JourneyEvent {
  readonly atSeconds: number
  readonly outcome: 'ok' | 'failed'
  readonly durationMs?: number
  /** The gateway counts a failure when the service is silent. */
  readonly service?: string
}

export interface InputSeries {
  readonly series: string
  readonly values: string
}

/** Value of each grid point; undefined before the series exists. */
type Samples = (number | undefined)[]

/** promtool's notation: '_x3 0+2x10'. Runs of equal steps are folded. */
export function toValues(samples: Samples): string {
  const parts: string[] = []
  let index = 0
  while (index < samples.length) {
    const start = samples[index]
    if (start === undefined) {
      let length = 1
      while (index + length < samples.length && samples[index + length] === undefined) length += 1
      parts.push(`_x${length}`)
      index += length
      continue
    }
    const step = (samples[index + 1] ?? start) - start
    let length = 0
    while (samples[index + length + 1] === start + step * (length + 1)) length += 1
    parts.push(length === 0 ? String(start) : `${start}+${step}x${length}`)
    index += length + 1
  }
  return parts.join(' ')
}

/** How many of the times lie at or before each grid point. */
function countUp(times: readonly number[], points: number): number[] {
  const sorted = [...times].sort((a, b) => a - b)
  let passed = 0
  return Array.from({ length: points }, (_unused, index) => {
    while (passed < sorted.length && (sorted[passed] ?? Number.POSITIVE_INFINITY) <= index * flushSeconds) passed += 1
    return passed
  })
}

export const spanLabels = (journey: string, service: string, status: string): string =>
  [
    `cuj_name="${journey}"`,
    `job="${service}"`,
    `service_name="${service}"`,
    'span_kind="SPAN_KIND_INTERNAL"',
    `span_name="cuj.${journey}"`,
    `status_code="STATUS_CODE_${status}"`,
  ].join(', ')

const thresholdsMs = [500, 1_000, 2_000, 10_000]

/** All series of one journey until `untilSeconds`. */
export function simulateJourney(
  journey: string,
  events: readonly JourneyEvent[],
  untilSeconds: number,
  boundsMs: readonly number[] = thresholdsMs,
): InputSeries[] {
  const points = Math.floor(untilSeconds / flushSeconds) + 1
  const groups = Map.groupBy(events, event => `${event.service ?? 'api'} ${event.outcome}`)
  return [...groups.entries()].flatMap(([key, group]) => {
    const [service = 'api', outcome] = key.split(' ')
    const labels = spanLabels(journey, service, outcome === 'failed' ? 'ERROR' : 'OK')
    const first = countUp(
      group.map(event => event.atSeconds),
      points,
    ).findIndex(count => count > 0)
    if (first < 0) return []
    const timesUnder = (limitMs: number) =>
      group.filter(event => (event.durationMs ?? 40) <= limitMs).map(event => event.atSeconds)
    const calls = countUp(timesUnder(Number.POSITIVE_INFINITY), points).map((count, index) =>
      index < first ? undefined : index === first ? 0 : count,
    )
    const histogram = (limitMs: number): Samples =>
      countUp(timesUnder(limitMs), points).map((count, index) => (index < first - 1 ? undefined : count))
    return [
      { series: `techmart_calls_total{${labels}}`, values: toValues(calls) },
      {
        series: `techmart_duration_milliseconds_count{${labels}}`,
        values: toValues(histogram(Number.POSITIVE_INFINITY)),
      },
      ...boundsMs.map(limit => ({
        series: `techmart_duration_milliseconds_bucket{${labels}, le="${limit}"}`,
        values: toValues(histogram(limit)),
      })),
    ]
  })
}

/** Events at an even pace, from `fromSeconds` (included) to `toSeconds`. */
export function evenly(
  perSecond: number,
  fromSeconds: number,
  toSeconds: number,
  event: Omit<JourneyEvent, 'atSeconds'> = { outcome: 'ok' },
): JourneyEvent[] {
  const count = Math.floor((toSeconds - fromSeconds) * perSecond)
  return Array.from({ length: count }, (_unused, index) => ({
    ...event,
    atSeconds: fromSeconds + (index + 0.5) / perSecond,
  }))
}

/** Repeatable chance (mulberry32): the same seed makes the same cases. */
export function makeChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
