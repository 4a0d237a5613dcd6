// What a store holds after 30 days: every flush of the journeys' span metrics, one each 5 s, the recorded series, and for the last
// hours the spans below the journeys, which make the index as wide as a real one. Rules read none of those.
import { buildHistory } from '../../scripts/history/build-history.ts'
import { makeChances } from '../../scripts/history/chance.ts'
import { bucketShares, medianOf } from '../../scripts/history/latency-shape.ts'
import { buildPaces, makePast } from '../../scripts/history/past.ts'
import { type HistorySeries, type Labels, toSeriesText } from '../../scripts/history/series.ts'
import { durationBucketsMs } from '../../scripts/slo/names.ts'
import type { Objectives } from '../../scripts/slo/objectives.ts'
import type { Speed } from '../../scripts/slo/windows.ts'
import { journeyShares } from '../../scripts/traffic/mix.js'

export const flushSeconds = 5
const requestsPerSecond = 10
const failedShare = 0.000_2
const spansBelow = 8
const spansBelowSeconds = 6 * 3_600

export const paces = buildPaces(requestsPerSecond, journeyShares)

/** `start` is when counting began: series that are built again for a later end go on where they were. */
export function buildSeries(objectives: Objectives, speed: Speed, start: number, end: number): HistorySeries[] {
  const past = makePast({ objectives, speed, requestsPerSecond, shares: journeyShares, end })
  // Its own raw series are thin in the past; the thick ones take their place.
  const seeded = buildHistory(past, speed).filter(({ series }) => !series.startsWith('techmart_'))
  return [...seeded, ...[...paces].flatMap(([name, pace]) => journeySeries(name, pace, start, end - start))]
}

function journeySeries(name: string, perSecond: number, start: number, seconds: number): HistorySeries[] {
  const own = {
    cuj_name: name,
    job: 'api',
    service_name: 'api',
    span_kind: 'SPAN_KIND_INTERNAL',
    span_name: `cuj.${name}`,
  }
  const chances = makeChances(name)
  const everyFlush = [{ from: seconds, to: 0, step: flushSeconds }]
  const recently = [{ from: Math.min(seconds, spansBelowSeconds), to: 0, step: flushSeconds }]
  // Never falling: what wobbles is less than what comes in a flush.
  const events = (time: number) =>
    Math.floor(perSecond * (time - start + 3_600 + 0.9 * flushSeconds * chances(Math.floor(time / flushSeconds))))
  const shape = { medianMs: medianOf(name), thresholdMs: 1_000, slowShare: 0.002 }
  const within = [...bucketShares(shape), 1]
  const bounds = [...durationBucketsMs.map(String), '+Inf']
  const counter = (metric: string, labels: Labels, share: number, when = everyFlush): HistorySeries => ({
    series: toSeriesText(metric, labels),
    stretches: when,
    valueAt: time => Math.floor(events(time) * share),
  })
  const histogram = (labels: Labels, when = everyFlush) => [
    ...bounds.map((le, at) =>
      counter('techmart_duration_milliseconds_bucket', { ...labels, le }, within[at] ?? 1, when),
    ),
    counter('techmart_duration_milliseconds_count', labels, 1, when),
    counter('techmart_duration_milliseconds_sum', labels, 40, when),
  ]
  const ok = { ...own, status_code: 'STATUS_CODE_OK' }
  return [
    counter('techmart_calls_total', ok, 1 - failedShare),
    counter('techmart_calls_total', { ...own, status_code: 'STATUS_CODE_ERROR' }, failedShare),
    ...histogram(ok),
    ...Array.from({ length: spansBelow }, (_unused, at) => {
      const below = {
        ...ok,
        span_kind: 'SPAN_KIND_CLIENT',
        span_name: `SELECT part ${at}`,
        status_code: 'STATUS_CODE_UNSET',
      }
      return [counter('techmart_calls_total', below, 1, recently), ...histogram(below, recently)]
    }).flat(),
  ]
}
