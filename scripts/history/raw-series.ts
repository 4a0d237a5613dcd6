// What the collector and Prometheus would have stored themselves. The labels are those of the real series, so that a real one
// goes on where a seeded one ends: its counter begins again at 0, and to rate() and increase() that is a restart like any other.
// Spans of failed events get a count and no histogram, as the SLOs look at no failed event's time; spans below a journey are
// left out.
import { durationBucketsMs } from '../slo/names.ts'
import { makeChances } from './chance.ts'
import type { Past } from './past.ts'
import { type HistorySeries, type Labels, toSeriesText } from './series.ts'
import { rawStretches, type Stretch } from './time-grid.ts'

/** Which service records a journey's span; api where nothing else is said. */
const recordedBy: Readonly<Record<string, string>> = { 'product-upload-job': 'product-worker' }

/** An address that no target ever had: two processes are two series, and these are summed everywhere. */
const sampleInstance = 'sample-data'

function spanLabels(journey: string, status: 'OK' | 'ERROR'): Labels {
  const service = recordedBy[journey] ?? 'api'
  return {
    cuj_name: journey,
    job: service,
    service_name: service,
    span_kind: 'SPAN_KIND_INTERNAL',
    span_name: `cuj.${journey}`,
    status_code: `STATUS_CODE_${status}`,
  }
}

/** `older`: when the counts of calls have samples before the last day. */
export function buildRawSeries(past: Past, older: readonly Stretch[]): HistorySeries[] {
  const { grid } = past
  const counter = (name: string, labels: Labels, counts: Float64Array, stretches = rawStretches): HistorySeries => ({
    series: toSeriesText(name, labels),
    stretches,
    valueAt: time => Math.floor(grid.valueAt(counts, time)),
  })
  const journeys = past.journeys.flatMap(({ name, all, failed, within, durationSumMs }): HistorySeries[] => {
    const ok = spanLabels(name, 'OK')
    const answered = all.map((count, at) => count - (failed[at] ?? 0))
    const everything = [...older, ...rawStretches]
    return [
      counter('techmart_calls_total', ok, answered, everything),
      counter('techmart_calls_total', spanLabels(name, 'ERROR'), failed, everything),
      ...durationBucketsMs.map((bound, bucket) =>
        counter('techmart_duration_milliseconds_bucket', { ...ok, le: bound }, within[bucket] ?? answered),
      ),
      counter('techmart_duration_milliseconds_bucket', { ...ok, le: '+Inf' }, answered),
      counter('techmart_duration_milliseconds_count', ok, answered),
      counter('techmart_duration_milliseconds_sum', ok, durationSumMs),
    ]
  })
  const payments = past.payments.map(({ country, outcome, counts }) =>
    counter(
      'payments_total',
      { country, instance: sampleInstance, job: 'payments', outcome, service: 'payments' },
      counts,
    ),
  )
  const gauges = [...past.freshnessGauges].map(([journey, gauge]): HistorySeries => {
    const chances = makeChances(`${journey} waiting`)
    return {
      series: toSeriesText(gauge, { instance: sampleInstance, job: 'api', service: 'api' }),
      stretches: rawStretches,
      // Work is picked up within seconds. The last sample is looked at for five minutes more: it holds nothing back.
      valueAt: time => (time >= grid.end - 60 ? 0 : Math.floor(4 * chances(Math.floor(time / 30)))),
    }
  })
  return [...journeys, ...payments, ...gauges]
}
