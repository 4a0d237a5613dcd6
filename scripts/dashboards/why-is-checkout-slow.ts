// "Why is checkout slow, or failing?" From the promise down to the service and the statement that takes the time.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { series } from '../slo/names.ts'
import { buildFrame, tracesLink } from './frame.ts'
import { budgetSteps, buildGraph, buildStat, statusColors } from './panels.ts'
import { budgetLeft } from './slo-overview.ts'

const checkout = 'cuj_name="checkout"'
const events = `span_name="cuj.checkout", ${checkout}`
const perSecond = (metric: string, labels: string) => `rate(${metric}{${labels}}[$__rate_interval])`
/** From the recorded counts, so that days stay cheap; before the first of them, from the fast alert's long window. */
const inWindow = (counts: string, recent: string, slo: string) =>
  `(sum(sum_over_time(${counts}{${checkout}, slo="${slo}"}[$window])) or sum(${recent}{tier="fast", leg="long", ${checkout}, slo="${slo}"}))`
const bad = inWindow(series.badCount, series.legBad, 'availability')
const all = inWindow(series.totalCount, series.legTotal, 'availability')
const quantile = (share: number) =>
  `histogram_quantile(${share}, sum by (le) (${perSecond('techmart_duration_milliseconds_bucket', `${events}, status_code!="STATUS_CODE_ERROR"`)}))`
const checkoutsASecond = `sum(${perSecond('techmart_calls_total', events)})`

const perStatement = (window: string, when: string) =>
  `sum by (service_name, span_name) (rate(techmart_duration_milliseconds_sum{${checkout}, span_kind="SPAN_KIND_CLIENT", span_name=~".+ .+"}[${window}]${when}))`

const failedTraces = tracesLink('Failed checkouts', '{ name = "cuj.checkout" && status = error }')
const allTraces = tracesLink('Checkouts', '{ name = "cuj.checkout" }')

const promise = [
  buildStat({
    title: 'Success in $window',
    description:
      'Checkouts that did not fail, of all in the window. Good is above the objective; a refusal such as a declined card is a success here.',
    queries: [
      {
        expr: `1 - ${bad} / ${all}`,
        legend: 'success',
      },
      { expr: `max(${series.objective}{${checkout}, slo="availability"})`, legend: 'objective' },
    ],
    width: 6,
    unit: 'percentunit',
    decimals: 3,
    steps: [[null, 'blue']],
    noValue: 'no events yet',
  }),
  buildStat({
    title: 'Budget left',
    description:
      'The share of the error budget that is left of the period. Good is above 50 %; below 0 the promise is broken.',
    queries: [{ expr: `max by (slo) (${budgetLeft(checkout)})`, legend: '{{slo}}' }],
    width: 7,
    unit: 'percentunit',
    decimals: 1,
    steps: budgetSteps,
    noValue: 'no events yet',
  }),
  buildStat({
    title: 'Checkouts in $window',
    description: 'All checkouts, refused ones included, and the failed ones. Good is no failed one.',
    queries: [
      { expr: all, legend: 'all' },
      { expr: bad, legend: 'failed' },
    ],
    width: 6,
    unit: 'locale',
    decimals: 0,
    steps: [[null, 'blue']],
    noValue: 'no events yet',
  }),
  buildStat({
    title: 'Checkouts a second',
    description: 'Good is a steady number. Under default traffic about one checkout and a half a second.',
    queries: [{ expr: checkoutsASecond, legend: 'checkouts' }],
    width: 5,
    unit: 'reqps',
    decimals: 2,
    steps: [[null, 'blue']],
    withGraph: true,
    named: true,
  }),
  buildGraph({
    title: 'Share of failures',
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
      { expr: quantile(0.99), legend: '99 % within', exemplars: true },
      { expr: quantile(0.95), legend: '95 % within' },
      { expr: quantile(0.5), legend: 'half within' },
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

const inside = [
  buildGraph({
    title: 'Time in each service, per checkout',
    description:
      'Server spans of the journey by service, divided by checkouts: a callee’s time is part of its caller’s, and what waits in a queue comes on top. Good is flat; the highest service that rose and has no callee that rose is where to look.',
    queries: [
      {
        expr: `sum by (service_name) (${perSecond('techmart_duration_milliseconds_sum', `${checkout}, span_kind=~"SPAN_KIND_(SERVER|CONSUMER)"`)}) / on () group_left () (${checkoutsASecond} > 0)`,
        legend: '{{service_name}}',
      },
    ],
    width: 10,
    height: 9,
    unit: 'ms',
    logarithmic: true,
    minStep: '30s',
    legendBeside: true,
    links: [allTraces],
  }),
  buildGraph({
    title: 'Time in each statement, per checkout',
    description:
      'SQL statements of the journey, the ten that took most time in the dashboard’s range. Good is flat, and a few milliseconds each.',
    queries: [
      {
        expr: `${perStatement('$__rate_interval', '')} / on () group_left () (${checkoutsASecond} > 0) and topk(10, ${perStatement('$__range', ' @ end()')})`,
        legend: '{{service_name}}: {{span_name}}',
      },
    ],
    width: 14,
    height: 9,
    unit: 'ms',
    logarithmic: true,
    minStep: '30s',
    legendBeside: true,
  }),
  buildGraph({
    title: 'Failed spans a second, by service',
    description:
      'Any span of the journey that ended as an error. A caller’s CLIENT span fails at every declined card and every call that is tried again; good is no SERVER, CONSUMER or INTERNAL one. The deepest service that shows up is nearest to the cause.',
    queries: [
      {
        expr: `sum by (service_name, span_kind) (${perSecond('techmart_calls_total', `${checkout}, status_code="STATUS_CODE_ERROR"`)})`,
        legend: '{{service_name}} {{span_kind}}',
      },
    ],
    width: 12,
    unit: 'suffix:/s',
    min: 0,
    softMax: 0.1,
    without: '/SPAN_KIND_/',
    legendBeside: true,
    links: [failedTraces],
  }),
  buildGraph({
    title: 'Checkouts without a sale, by reason',
    description: 'Refusals are expected answers and spend no budget. Good is some declined cards and nothing else.',
    queries: [{ expr: 'sum by (reason) (rate(orders_errors_total[$__rate_interval]))', legend: '{{reason}}' }],
    width: 12,
    unit: 'reqps',
    min: 0,
    stacked: true,
  }),
  buildGraph({
    title: 'Charges, by how they ended',
    description:
      'Good is mostly charged, some declined, no failed one; circuit_open means that payments has stopped asking the provider.',
    queries: [{ expr: 'sum by (outcome) (rate(payments_total[$__rate_interval]))', legend: '{{outcome}}' }],
    width: 12,
    unit: 'reqps',
    min: 0,
    stacked: true,
    colors: { charged: 'green', declined: 'blue', failed: 'red', circuit_open: 'orange' },
  }),
  buildGraph({
    title: 'Orders on their way',
    description:
      'Orders between their first step and their last, and messages that wait in the outbox. Good is a handful, and back to none when traffic stops.',
    queries: [
      { expr: 'sum(orders_unfinished)', legend: 'unfinished orders' },
      { expr: 'sum(outbox_unsent)', legend: 'messages in the outbox' },
    ],
    width: 12,
    unit: 'none',
    min: 0,
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
  for (const panel of promise) frame.withPanel(panel)
  frame.withRow(new dashboard.RowBuilder('Inside'))
  for (const panel of inside) frame.withPanel(panel)
  return frame.build()
}
