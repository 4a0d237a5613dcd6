// What shoppers did in each minute, recorded once, so that a dashboard can look back over weeks: a week of the raw funnel is
// thirty million samples, and a panel asks for it several times.
import type { RecordingRule, RuleFile } from './rule.ts'

/** Recorded, each with what happened since the sample before. */
export const counts = {
  funnel: 'techmart:funnel_events:increase1m',
  orderValueBucket: 'techmart:order_value_bucket:increase1m',
  orderValueSum: 'techmart:order_value_sum:increase1m',
  orderValueCount: 'techmart:order_value_count:increase1m',
} as const

/**
 * The growth of one minute. Prometheus scrapes every 5 s, so that 65 s hold thirteen samples: from the last one of the minute before
 * to the last one of this. In 60 s there are twelve, and what happens between two minutes is in neither of them.
 */
const inAMinute = (counter: string, by: string): string => `60 * sum by (${by}) (rate(${counter}[65s]))`

const rules: readonly RecordingRule[] = [
  { record: counts.funnel, expr: inAMinute('funnel_events_total', 'step, country, segment') },
  { record: counts.orderValueBucket, expr: inAMinute('order_value_bucket', 'country, le') },
  { record: counts.orderValueSum, expr: inAMinute('order_value_sum', 'country') },
  { record: counts.orderValueCount, expr: inAMinute('order_value_count', 'country') },
]

export const businessFile: RuleFile = {
  file: 'business.yml',
  comment:
    'What shoppers did in each minute, for the dashboard "where do shoppers give up?". Sums of these are counts of any time range.',
  // The interval is the counts' own window: exactly then each event is in one count.
  groups: [{ name: 'business-counts', interval: '1m', rules }],
}
