// How much counters have grown while somebody watched. Raw values read again and again: exact where increase() extrapolates, and a
// counter that begins anew (its process did) counts from zero.
import type { Sample } from '../chaos/prometheus-api.ts'

export interface Growth {
  /** Takes the values of now. The first reading is where growth begins. */
  read(samples: readonly Sample[]): void
  /** Growth by the labels of each series. */
  list(): readonly Sample[]
  /** Growth of all series that carry these labels. */
  sum(labels?: Readonly<Record<string, string>>): number
}

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

export function makeGrowth(): Growth {
  const series = new Map<string, { labels: Readonly<Record<string, string>>; last: number; grown: number }>()
  let hasBegun = false

  const list = () => [...series.values()].map(({ labels, grown }) => ({ labels, value: grown }))
  return {
    read(samples) {
      for (const { labels, value } of samples) {
        const known = series.get(keyOf(labels))
        if (known) {
          known.grown += value >= known.last ? value - known.last : value
          known.last = value
        } else {
          // Born while somebody watched: everything in it is new.
          series.set(keyOf(labels), { labels, last: value, grown: hasBegun ? value : 0 })
        }
      }
      hasBegun = true
    },
    list,
    sum: (wanted = {}) =>
      list()
        .filter(({ labels }) => Object.entries(wanted).every(([name, value]) => labels[name] === value))
        .reduce((sum, { value }) => sum + value, 0),
  }
}
