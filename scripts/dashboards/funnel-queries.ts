// Where shoppers are on their way to a sale, as it is asked in every panel.
import { counts } from '../slo/business-counts.ts'

/** The steps in their order, each with the words for who took it, and for its part in the step after it. */
export const steps = [
  { name: 'browse', title: 'Browsed', asWhole: 'of browsed' },
  { name: 'view', title: 'Viewed', asWhole: 'of viewed' },
  { name: 'cart', title: 'In cart', asWhole: 'of carts' },
  { name: 'checkout', title: 'To checkout', asWhole: 'of checkouts' },
  { name: 'paid', title: 'Paid', asWhole: 'of paid' },
] as const
export type StepName = (typeof steps)[number]['name']

/** Each step with the one before it. */
export const moves = steps.slice(1).map((step, index) => ({ step, before: steps[index] ?? steps[0] }))

const chosen = 'country=~"$country", segment=~"$segment"'

const sumBy = (by: string) => (by === '' ? 'sum' : `sum by (${by}) `)

/** How often a step was taken in the dashboard's time range, from the counts of its minutes: weeks stay cheap. */
export const taken = (step: StepName, by = ''): string =>
  `${sumBy(by)}(sum_over_time(${counts.funnel}{step="${step}", ${chosen}}[$__range]))`

/** The share of those who took one step that took another one; no sample where nobody took the first. */
export const shareTaken = (step: StepName, before: StepName, by = ''): string =>
  `${taken(step, by)} / (${taken(before, by)} > 0)`

export const takenASecond = (step: StepName): string =>
  `sum(rate(funnel_events_total{step="${step}", ${chosen}}[$__rate_interval]))`

export const shareTakenNow = (step: StepName, before: StepName): string =>
  `${takenASecond(step)} / (${takenASecond(before)} > 0)`
