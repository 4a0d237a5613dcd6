// "Why is checkout slow, or failing?" From the promise down to the service and the statement that takes the time.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { series } from '../slo/names.ts'
import { inside } from './checkout-inside.ts'
import { checkout, checkoutsASecond, events, perSecond } from './checkout-queries.ts'
import { buildFrame, sampleDataNote, tracesLink } from './frame.ts'
import { buildGauge } from './gauge-panel.ts'
import { budgetSteps, buildGraph, buildStat, statusColors } from './panels.ts'
import { budgetLeft, budgetWords, within } from './promise-queries.ts'

/** From the recorded counts, so that days stay cheap; before the first of them, from the fast alert's long window. */
const inWindow = (counts: string, recent: string, slo: string) =>
  `(sum(sum_over_time(${counts}{${checkout}, slo="${slo}"}[$window])) or sum(${recent}{tier="fast", leg="long", ${checkout}, slo="${slo}"}))`
const bad = inWindow(series.badCount, series.legBad, 'availability')
const all = inWindow(series.totalCount, series.legTotal, 'availability')
/** Each count covers the short window of the fast alert, so a young stack is divided by its own age. */
const secondsCounted = `(sum(count_over_time(${series.totalCount}{${checkout}, slo="availability"}[$window])) * on () max(${series.legWindow}{tier="fast", leg="short"}))`

const buckets = `techmart_duration_milliseconds_bucket{${events}, status_code!="STATUS_CODE_ERROR"}`
/** Growth between two looks ten minutes apart; a counter that started again counts from zero. `+ 0` takes its name, as `-` does. */
const bucketGrowth = `((${buckets} - ${buckets} offset 10m) >= 0 or ${buckets} + 0)`
/** Two samples of each series every ten minutes, not every sample of a month. */
const p99InWindow = `histogram_quantile(0.99, sum by (le) (sum_over_time(${bucketGrowth}[$window:10m])) or sum by (le) (increase(${buckets}[10m])))`

const failedTraces = tracesLink('Failed checkouts', '{ name = "cuj.checkout" && status = error }')
const allTraces = tracesLink('Checkouts', '{ name = "cuj.checkout" }')

const stats = [
  buildStat({
    title: 'Success in $window',
    description:
      'Checkouts that did not fail, of all in the window. Good is above the objective beside it; a refusal such as a declined card is a success here.',
    queries: [
      { expr: `1 - ${bad} / ${all}`, legend: 'success' },
      { expr: `max(${series.objective}{${checkout}, slo="availability"})`, legend: 'objective' },
    ],
    width: 6,
    unit: 'percentunit',
    decimals: 2,
    steps: [[null, 'blue']],
    noValue: 'no events yet',
  }),
  buildStat({
    title: 'p99 in $window',
    description:
      'The time within which 99 % of the checkouts ended that did not fail, and the limit that was promised. Good is below the limit. Made of looks ten minutes apart, as far back as there are histograms.',
    queries: [
      { expr: p99InWindow, legend: '99 % within' },
      { expr: `max(${series.latencyThreshold}{${checkout}})`, legend: 'limit' },
    ],
    width: 6,
    unit: 'ms',
    steps: [[null, 'blue']],
    noValue: 'no events yet',
  }),
  buildStat({
    title: 'Checkouts in $window',
    description: 'All checkouts, refused ones included, and the failed ones. Good is no failed one.',
    queries: [
      { expr: all, legend: 'total' },
      { expr: bad, legend: 'errors' },
    ],
    width: 6,
    unit: 'locale',
    decimals: 0,
    steps: [[null, 'blue']],
    noValue: 'no events yet',
  }),
  buildStat({
    title: 'Rate in $window',
    description:
      'Checkouts a second on average in the window, and now. Good is a steady number. Under default traffic about one and a half.',
    queries: [
      { expr: `${all} / (${secondsCounted} or max(${series.legWindow}{tier="fast", leg="long"}))`, legend: 'average' },
      { expr: checkoutsASecond, legend: 'now' },
    ],
    width: 6,
    unit: 'reqps',
    decimals: 2,
    steps: [[null, 'blue']],
    noValue: 'no events yet',
  }),
  buildGauge({
    title: 'Budget left',
    description: `The share of the error budget that is left of the period. ${budgetWords}`,
    queries: [{ expr: `max by (slo) (${budgetLeft(checkout)})`, legend: '{{slo}}' }],
    width: 21,
    height: 5,
    unit: 'percentunit',
    decimals: 1,
    min: 0,
    max: 1,
    steps: budgetSteps,
    noValue: 'no events yet',
  }),
  sampleDataNote(3).height(5),
]

const graphs = [
  buildGraph({
    title: 'Error rate against its target',
    description:
      'In the short window of the fast alert. Good is below the dashed line: the share that the error budget allows.',
    queries: [
      {
        expr: `max(${series.legBad}{tier="fast", leg="short", ${checkout}, slo="availability"} / (${series.legTotal}{tier="fast", leg="short", ${checkout}, slo="availability"} > 0))`,
        legend: 'failed',
      },
      { expr: `max(${series.errorBudget}{${checkout}, slo="availability"})`, legend: 'allowed' },
    ],
    width: 8,
    unit: 'percentunit',
    min: 0,
    softMax: 0.005,
    promises: '/^allowed$/',
    links: [failedTraces],
  }),
  buildGraph({
    title: 'How long a checkout takes',
    description:
      'Checkouts that did not fail. Good is a 99th percentile below the dashed threshold. Each dot is one real checkout: click it for its trace.',
    queries: [
      { expr: within(0.99, checkout), legend: '99 % within', exemplars: true },
      { expr: within(0.95, checkout), legend: '95 % within' },
      { expr: within(0.5, checkout), legend: 'half within' },
      { expr: `max(${series.latencyThreshold}{${checkout}})`, legend: 'threshold' },
    ],
    width: 8,
    unit: 'ms',
    logarithmic: true,
    minStep: '30s',
    promises: '/^threshold$/',
    links: [allTraces],
  }),
  buildGraph({
    title: 'Checkouts by outcome',
    description: 'OK is a sale or an expected refusal, ERROR a failure. Good is steady, and all OK.',
    queries: [
      { expr: `sum by (status_code) (${perSecond('techmart_calls_total', events)})`, legend: '{{status_code}}' },
    ],
    width: 8,
    unit: 'reqps',
    min: 0,
    stacked: true,
    without: '/STATUS_CODE_/',
    colors: statusColors,
  }),
]

export function buildWhyIsCheckoutSlow(): dashboard.Dashboard {
  const frame = buildFrame({
    uid: 'why-is-checkout-slow',
    title: 'Checkout: why is it slow, or failing?',
    description: 'From the promise down to the service and the statement.',
    source: 'why-is-checkout-slow.ts',
    from: 'now-1h',
    alerts: 'cuj_name=~"checkout|"',
  }).withVariable(
    new dashboard.CustomVariableBuilder('window')
      .label('Window')
      .values('1h,6h,1d,3d,30d')
      .current({ text: '1h', value: '1h' }),
  )
  for (const panel of [...stats, ...graphs]) frame.withPanel(panel)
  frame.withRow(new dashboard.RowBuilder('Inside'))
  for (const panel of inside) frame.withPanel(panel)
  return frame.build()
}
