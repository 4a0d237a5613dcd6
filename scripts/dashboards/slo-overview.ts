// "Which promise is in danger?" One line for every promise, then a row of graphs for every journey. Objectives, thresholds and
// factors are read from the series that the rules record, so that they stand in prometheus/slo alone.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { series } from '../slo/names.ts'
import { buildFrame, labelVariable, logsLink, tracesLink } from './frame.ts'
import { budgetSteps, buildGraph, buildStat, buildTable, type Step, statusColors, variable } from './panels.ts'

/** 1 is the definition of a burn: at 1 the budget lasts exactly its period. */
const burnSteps: readonly Step[] = [
  [null, 'green'],
  [1, 'orange'],
]
/** Shares of the way to a page: at 1 it is sent. */
const pageSteps: readonly Step[] = [
  [null, 'green'],
  [0.5, 'orange'],
  [1, 'red'],
]

const chosen = 'cuj_name=~"$cuj_name"'
/** Inside a repeated row `$cuj_name` is one journey. */
const one = 'cuj_name="$cuj_name"'
const spansOf = `span_name=~"cuj\\\\..+", ${one}`
const fastLeg = (leg: 'short' | 'long', labels: string) => `{tier="fast", leg="${leg}", ${labels}}`
const perPromise = (expr: string) => `max by (cuj_name, slo) (${expr})`
/** Declared journeys that never had an event have an objective and nothing else: they are not shown. */
const withEvents = (expr: string) => `${expr} and on (cuj_name, slo) ${series.legTotal}{tier="fast"}`

/**
 * The period's budget is recorded from counts of five minutes. A stack that is younger than the first of them has all its events
 * in the fast alert's long window, which then says the same.
 */
export const budgetLeft = (labels: string) =>
  `(${series.budgetRemaining}{${labels}} or on (cuj_name, slo) 1 - ${series.legBurnRate}${fastLeg('long', labels)})`

const success = (labels: string) =>
  `1 - ${series.legBad}${fastLeg('short', labels)} / (${series.legTotal}${fastLeg('short', labels)} > 0)`

const errorLogs = logsLink('Error logs of every service', '{service_name=~".+"} | detected_level="error"')

const promises = buildTable({
  title: 'Every promise',
  description:
    'One line for each promise. Success above its objective, a burn below 1 and a way to its page below 100 % are good; a budget below 0 is a promise broken. Success and burn look at the short window of the fast alert, events at its long one. Click a journey for its failed traces.',
  width: 24,
  height: 9,
  rows: { cuj_name: 'Journey', slo: 'Promise' },
  columns: [
    {
      query: { expr: perPromise(withEvents(`${series.objective}{${chosen}}`)), legend: 'Objective' },
      unit: 'percentunit',
      decimals: 2,
    },
    { query: { expr: perPromise(success(chosen)), legend: 'Success now' }, unit: 'percentunit', decimals: 3 },
    {
      query: { expr: perPromise(`${series.currentBurnRate}{${chosen}}`), legend: 'Burn now' },
      unit: 'none',
      decimals: 2,
      steps: burnSteps,
    },
    {
      query: {
        expr: `min by (cuj_name, slo) (${series.legBurnRate}{tier="fast", ${chosen}}) / on () group_left () max(${series.tierFactor}{tier="fast"})`,
        legend: 'Way to page',
      },
      unit: 'percentunit',
      decimals: 0,
      steps: pageSteps,
      barTo: 1,
    },
    {
      query: { expr: perPromise(withEvents(budgetLeft(chosen))), legend: 'Budget left' },
      unit: 'percentunit',
      decimals: 1,
      steps: budgetSteps,
      barTo: 1,
    },
    {
      query: { expr: perPromise(`${series.legTotal}${fastLeg('long', chosen)}`), legend: 'Events' },
      unit: 'locale',
      decimals: 0,
    },
  ],
  sortBy: [
    { column: 'Way to page', descending: true },
    { column: 'Budget left', descending: false },
  ],
  links: [
    tracesLink(
      'Failed traces of this journey',
      `{ name = "cuj.${variable('__data.fields.Journey')}" && status = error }`,
    ),
    errorLogs,
  ],
})

const atAGlance = [
  buildStat({
    title: 'Alerts that fire',
    description: "Alerts of any severity, without the dead man's switch. Good is 0.",
    queries: [{ expr: 'count(ALERTS{alertstate="firing", severity!="none"}) or vector(0)', legend: 'alerts' }],
    width: 4,
    unit: 'none',
    steps: [
      [null, 'green'],
      [1, 'red'],
    ],
  }),
  buildStat({
    title: 'Active faults',
    description:
      'Faults that somebody switched on in the lab. Good is 0; anything above explains what you see, and the orange marks show since when.',
    queries: [{ expr: 'sum(lab_fault_active) or vector(0)', legend: 'faults' }],
    width: 4,
    unit: 'none',
    steps: [
      [null, 'green'],
      [1, 'orange'],
    ],
  }),
  buildStat({
    title: 'Highest burn',
    description: 'The promise whose budget burns fastest now. Good is below 1.',
    queries: [{ expr: `topk(1, ${series.currentBurnRate})`, legend: '{{cuj_name}} {{slo}}' }],
    named: true,
    width: 5,
    unit: 'none',
    decimals: 2,
    steps: burnSteps,
    noValue: 'no events',
  }),
  buildStat({
    title: 'Smallest budget left',
    description:
      'The promise with the smallest share of its error budget left in the period. Good is above 50 %; below 0 the promise is broken.',
    queries: [{ expr: `bottomk(1, ${withEvents(budgetLeft('cuj_name!=""'))})`, legend: '{{cuj_name}} {{slo}}' }],
    named: true,
    width: 5,
    unit: 'percentunit',
    decimals: 1,
    steps: budgetSteps,
    noValue: 'no events',
  }),
  buildStat({
    title: 'Journeys a second',
    description: 'All journeys together. Good is a steady number: a fall towards 0 is an outage or a sleeping shop.',
    queries: [
      { expr: 'sum(rate(techmart_calls_total{span_name=~"cuj\\\\..+"}[$__rate_interval]))', legend: 'journeys' },
    ],
    width: 6,
    unit: 'reqps',
    decimals: 1,
    steps: [[null, 'blue']],
    withGraph: true,
    named: true,
  }),
]

const failedTraces = tracesLink(
  'Failed traces of $cuj_name',
  `{ name = "cuj.${variable('cuj_name')}" && status = error }`,
)

const oneJourney = [
  buildGraph({
    title: 'Success rate',
    description:
      'The share of events that kept each promise, in the short window of the fast alert. Good is above the dashed line of its objective.',
    queries: [
      { expr: `max by (slo) (${success(one)})`, legend: '{{slo}}' },
      { expr: `max by (slo) (${series.objective}{${one}})`, legend: 'objective of {{slo}}' },
    ],
    width: 8,
    unit: 'percentunit',
    max: 1,
    promises: '/^objective/',
    links: [failedTraces],
  }),
  buildGraph({
    title: 'How long it takes',
    description:
      'The 99th percentile and the median of events that did not fail. Good is a 99th percentile below the dashed threshold. Each dot is one real request: click it for its trace.',
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le) (rate(techmart_duration_milliseconds_bucket{${spansOf}, status_code!="STATUS_CODE_ERROR"}[$__rate_interval])))`,
        legend: '99 % within',
        exemplars: true,
      },
      {
        expr: `histogram_quantile(0.5, sum by (le) (rate(techmart_duration_milliseconds_bucket{${spansOf}, status_code!="STATUS_CODE_ERROR"}[$__rate_interval])))`,
        legend: 'half within',
      },
      { expr: `max(${series.latencyThreshold}{${one}})`, legend: 'threshold' },
    ],
    width: 8,
    unit: 'ms',
    logarithmic: true,
    minStep: '30s',
    promises: '/^threshold/',
    links: [tracesLink('Traces of $cuj_name', `{ name = "cuj.${variable('cuj_name')}" }`)],
  }),
  buildGraph({
    title: 'How fast the budget burns',
    description:
      'At 1 the error budget lasts exactly its period. Good is below 1. When the long and the short window of a promise are both above the dashed line, a page goes out.',
    queries: [
      { expr: `max by (slo, leg) (${series.legBurnRate}{tier="fast", ${one}})`, legend: '{{slo}}, {{leg}}' },
      { expr: `max(${series.tierFactor}{tier="fast"})`, legend: 'page' },
    ],
    width: 8,
    unit: 'none',
    min: 0,
    promises: '/^page$/',
  }),
  buildGraph({
    title: 'Events a second',
    description: 'By outcome. OK is a success or an expected refusal, ERROR is a failure. Good is steady, and all OK.',
    queries: [
      {
        expr: `sum by (status_code) (rate(techmart_calls_total{${spansOf}}[$__rate_interval]))`,
        legend: '{{status_code}}',
      },
    ],
    width: 8,
    unit: 'reqps',
    min: 0,
    stacked: true,
    without: '/STATUS_CODE_/',
    colors: statusColors,
  }),
  buildGraph({
    title: 'Failures a second, by who noticed',
    description:
      'Good is an empty graph. A service that counts its own failure answered with it; a failure counted by the gateway had no answer from behind it.',
    queries: [
      {
        expr: `sum by (service_name) (rate(techmart_calls_total{${spansOf}, status_code="STATUS_CODE_ERROR"}[$__rate_interval])) or 0 * sum by (service_name) (rate(techmart_calls_total{${spansOf}}[$__rate_interval]))`,
        legend: '{{service_name}}',
      },
    ],
    width: 8,
    unit: 'suffix:/s',
    min: 0,
    softMax: 0.1,
    links: [failedTraces],
  }),
  buildGraph({
    title: 'Budget left',
    description:
      'The share of the error budget that is left of the period. Good is above 50 %, and not falling; below the dashed line the promise is broken.',
    queries: [
      { expr: `max by (slo) (${withEvents(budgetLeft(one))})`, legend: '{{slo}}' },
      { expr: 'vector(0)', legend: 'broken' },
    ],
    width: 8,
    unit: 'percentunit',
    max: 1,
    promises: '/^broken$/',
  }),
]

export function buildSloOverview(): dashboard.Dashboard {
  const frame = buildFrame({
    uid: 'slo-overview',
    title: 'SLO overview: which promise is in danger?',
    description: 'Every journey against its objectives.',
    source: 'slo-overview.ts',
    from: 'now-1h',
  }).withVariable(labelVariable('cuj_name', 'Journey', series.legTotal))
  for (const panel of atAGlance) frame.withPanel(panel)
  frame.withPanel(promises)
  frame.withRow(new dashboard.RowBuilder('Journey: $cuj_name').repeat('cuj_name'))
  for (const panel of oneJourney) frame.withPanel(panel)
  return frame.build()
}
