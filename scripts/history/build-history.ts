// Everything that is seeded, and when each series has samples.

import type { Speed } from '../slo/windows.ts'
import { countSecondsOf, type Past } from './past.ts'
import { buildRawSeries } from './raw-series.ts'
import { buildRecordedSeries } from './recorded-series.ts'
import { type HistorySeries, toSeriesText } from './series.ts'
import type { Stretch } from './time-grid.ts'

const hour = 3_600
const day = 24 * hour

/** What the dashboards show as past, at either speed. */
export const shownSeconds = 30 * day

/** A sample is looked at until the next one, for five minutes at most: no series may be thinner. */
const lookbackSeconds = 300

/** Marks the seeded span on dashboards. */
export const sampleDataSeries = 'techmart:sample_data:info'

/** Recorded series get closer in the last hours, where a graph shows minutes. */
const closeSeconds = 3 * hour
const closeStep = 60

const closing = (from: number, step: number): Stretch[] =>
  from <= closeSeconds || step <= closeStep
    ? [{ from, to: 0, step: Math.min(step, from <= closeSeconds ? closeStep : step) }]
    : [
        { from, to: closeSeconds, step },
        { from: closeSeconds, to: 0, step: closeStep },
      ]

export function buildHistory(past: Past, speed: Speed): HistorySeries[] {
  const step = countSecondsOf(speed)
  const spans = {
    counts: [{ from: speed.period.seconds, to: 0, step }],
    drawn: closing(speed.period.seconds, step),
    recent: closing(288 * step, step),
    guards: new Map(speed.tiers.map(({ name, long }) => [name, closing(long.window.seconds, step)] as const)),
  }
  return [
    ...buildRawSeries(past, [{ from: shownSeconds, to: day, step: lookbackSeconds }]),
    ...buildRecordedSeries(past, speed, spans),
    {
      series: toSeriesText(sampleDataSeries, {}),
      // Its last sample is seen for five minutes more, which ends where the real samples begin.
      stretches: [{ from: shownSeconds, to: lookbackSeconds, step: lookbackSeconds }],
      valueAt: () => 1,
    },
  ]
}
