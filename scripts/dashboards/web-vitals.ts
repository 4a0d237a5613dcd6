// What counts as a good and as a poor experience. Source: https://web.dev/articles/vitals and the page of each metric there; all of
// them are judged at the 75th percentile of page loads. Each bound is a bound of our histograms too (services/gateway/src/web-events.ts),
// so that shares of good and poor are counted, not guessed.

export interface VitalWords {
  readonly name: 'LCP' | 'INP' | 'CLS'
  readonly title: string
  readonly says: string
  /** Series of its histogram, without `_bucket`. */
  readonly series: string
  readonly labels: string
  /** Seconds; for CLS a score. */
  readonly goodUpTo: number
  readonly poorAbove: number
  readonly unit: 's' | 'none'
}

export const vitals: readonly VitalWords[] = [
  {
    name: 'LCP',
    title: 'LCP: until the largest thing was drawn',
    says: 'Largest Contentful Paint: seconds from the click to the picture or text that makes the page look ready.',
    series: 'web_vital_seconds',
    labels: 'metric="LCP"',
    goodUpTo: 2.5,
    poorAbove: 4,
    unit: 's',
  },
  {
    name: 'INP',
    title: 'INP: until a click showed something',
    says: 'Interaction to Next Paint: seconds from a click or a key to the next picture, the slowest of the visit.',
    series: 'web_vital_seconds',
    labels: 'metric="INP"',
    goodUpTo: 0.2,
    poorAbove: 0.5,
    unit: 's',
  },
  {
    name: 'CLS',
    title: 'CLS: how much the page jumped',
    says: 'Cumulative Layout Shift: how much of the page moved, and how far, while somebody looked at it. A score, not a time.',
    series: 'web_layout_shift_score',
    labels: '',
    goodUpTo: 0.1,
    poorAbove: 0.25,
    unit: 'none',
  },
]
