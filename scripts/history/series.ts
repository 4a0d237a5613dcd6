// One series of the history: its name and labels as text, when it has samples, and what they are.
import type { Stretch } from './time-grid.ts'

export interface HistorySeries {
  /** `name{label="value"}` */
  readonly series: string
  readonly stretches: readonly Stretch[]
  /** undefined: no sample at that time, where a rule would have recorded none. */
  readonly valueAt: (time: number) => number | undefined
}

export type Labels = Readonly<Record<string, string | number>>

export function toSeriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
}
