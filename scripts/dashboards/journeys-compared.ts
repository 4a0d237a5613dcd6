// "Which journey is worse than the others?" All of them side by side, for one kind of promise at a time.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { series } from '../slo/names.ts'
import { buildFrame, labelVariable, sampleDataNote, tracesLink } from './frame.ts'
import { buildGauge } from './gauge-panel.ts'
import { budgetSteps, buildGraph, buildStat, metricsSource, variable } from './panels.ts'
import { budgetLeft, budgetWords, legOf, success, withEvents, within } from './promise-queries.ts'

const promise = 'slo="$slo"'
const chosen = `cuj_name=~"$cuj_name", ${promise}`
const perJourney = (expr: string) => `max by (cuj_name) (${expr})`
const objectives = perJourney(`${series.objective}{${promise}}`)
const p99 = within(0.99, 'cuj_name=~"$cuj_name"', 'cuj_name, le')

/** A window's name, such as 1h, so that titles are right at both speeds. */
const windowVariable = (name: string, tier: 'fast' | 'slow') =>
  new dashboard.QueryVariableBuilder(name)
    .hide(dashboard.VariableHide.HideVariable)
    .datasource(metricsSource)
    .query({
      qryType: 1,
      query: `label_values(${series.legWindow}{tier="${tier}", leg="long"}, window)`,
      refId: `${name}-values`,
    })
    .refresh(dashboard.VariableRefresh.OnDashboardLoad)

const promiseVariable = new dashboard.QueryVariableBuilder('slo')
  .label('Promise')
  .datasource(metricsSource)
  .query({ qryType: 1, query: `label_values(${series.objective}, slo)`, refId: 'slo-values' })
  .refresh(dashboard.VariableRefresh.OnDashboardLoad)
  .sort(dashboard.VariableSort.AlphabeticalAsc)
  .current({ text: 'availability', value: 'availability' })

const failedTraces = tracesLink(
  'Failed traces of this journey',
  `{ name = "cuj.${variable('__field.labels.cuj_name')}" && status = error }`,
)

const burn = (tier: 'fast' | 'slow', window: string, alert: string) =>
  buildGraph({
    title: `Burn over $${window}`,
    description: `How many times faster than allowed each journey spends its error budget, in the long window of the ${alert}. Good is below 1; above the dashed line, and in the short window too, the ${alert} goes out.`,
    queries: [
      { expr: perJourney(`${series.legBurnRate}${legOf(tier, 'long', chosen)}`), legend: '{{cuj_name}}' },
      { expr: `max(${series.tierFactor}{tier="${tier}"})`, legend: alert },
    ],
    width: 12,
    unit: 'none',
    min: 0,
    softMax: 1,
    promises: `/^${alert}$/`,
    links: [failedTraces],
  })

const panels = [
  buildStat({
    title: 'Success in $page_window',
    description:
      'The share of events of each journey that kept the promise chosen above. Good is green: at or above the objective of that journey. Red is below it.',
    queries: [
      { expr: `${perJourney(success('long', chosen))} >= on (cuj_name) ${objectives}`, legend: '{{cuj_name}}' },
      { expr: `${perJourney(success('long', chosen))} < on (cuj_name) ${objectives}`, legend: '{{cuj_name}}' },
    ],
    width: 21,
    height: 5,
    unit: 'percentunit',
    decimals: 2,
    steps: [[null, 'green']],
    queryColors: ['green', 'red'],
    named: true,
    noValue: 'no events yet',
  }),
  sampleDataNote(3).height(5),
  buildGauge({
    title: 'Budget left',
    description: `The share of each journey's error budget that is left of the period, for the promise chosen above. ${budgetWords}`,
    queries: [{ expr: perJourney(withEvents(budgetLeft(chosen))), legend: '{{cuj_name}}' }],
    width: 24,
    height: 6,
    unit: 'percentunit',
    decimals: 1,
    min: 0,
    max: 1,
    steps: budgetSteps,
    noValue: 'no events yet',
  }),
  burn('fast', 'page_window', 'page'),
  burn('slow', 'warning_window', 'warning'),
  buildGraph({
    title: 'Success rate of all journeys',
    description:
      'The share of events that kept the promise chosen above, in the short window of the fast alert. Good is above the dashed line, the lowest objective among them; one line below all others is where to look.',
    queries: [
      { expr: perJourney(success('short', chosen)), legend: '{{cuj_name}}' },
      { expr: `min(${series.objective}{${chosen}})`, legend: 'objective' },
    ],
    width: 12,
    unit: 'percentunit',
    max: 1,
    promises: '/^objective$/',
    links: [failedTraces],
  }),
  buildGraph({
    title: 'p99 as a share of its limit',
    description:
      'The 99th percentile of events that did not fail, divided by the limit of that journey, so that slow and quick journeys compare. Good is below the dashed line: at 100 % the promise is used up.',
    queries: [
      { expr: `${p99} / on (cuj_name) ${perJourney(series.latencyThreshold)}`, legend: '{{cuj_name}}' },
      { expr: 'vector(1)', legend: 'limit' },
    ],
    width: 12,
    unit: 'percentunit',
    min: 0,
    minStep: '30s',
    promises: '/^limit$/',
  }),
]

const p99OfOne = buildGraph({
  title: 'p99 of $cuj_name',
  description:
    'The 99th percentile of events that did not fail, with the limit of this journey as a dashed line. Good is below it. Each dot is one real request: click it for its trace.',
  queries: [
    { expr: within(0.99, 'cuj_name="$cuj_name"'), legend: '99 % within', exemplars: true },
    { expr: `max(${series.latencyThreshold}{cuj_name="$cuj_name"})`, legend: 'limit' },
  ],
  width: 6,
  height: 7,
  unit: 'ms',
  logarithmic: true,
  minStep: '30s',
  promises: '/^limit$/',
  links: [tracesLink('Traces of $cuj_name', `{ name = "cuj.${variable('cuj_name')}" }`)],
})
  .repeat('cuj_name')
  .repeatDirection('h')
  .maxPerRow(4)

export function buildJourneysCompared(): dashboard.Dashboard {
  const frame = buildFrame({
    uid: 'journeys-compared',
    title: 'Journeys: which one is worse than the others?',
    description: 'All journeys side by side, for one kind of promise at a time.',
    source: 'journeys-compared.ts',
    from: 'now-6h',
  })
    .withVariable(promiseVariable)
    .withVariable(labelVariable('cuj_name', 'Journey', series.legTotal))
    .withVariable(windowVariable('page_window', 'fast'))
    .withVariable(windowVariable('warning_window', 'slow'))
  for (const panel of panels) frame.withPanel(panel)
  frame.withRow(new dashboard.RowBuilder('p99 of each journey, with its limit'))
  frame.withPanel(p99OfOne)
  return frame.build()
}
