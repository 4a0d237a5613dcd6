// "Which promise is in danger?" One line for every journey and every promise, then a row of graphs for every journey.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { series } from '../slo/names.ts'
import { buildFrame, labelVariable, sampleDataNote } from './frame.ts'
import { budgetSteps, buildStat } from './panels.ts'
import { budgetLeft, burnSteps, withEvents } from './promise-queries.ts'
import { oneJourney } from './slo-overview-journey.ts'
import { heldBack, journeys, promises } from './slo-overview-tables.ts'

const atAGlance = [
  buildStat({
    title: 'Alerts that fire',
    description: "Alerts of any severity, without the dead man's switch. Good is 0.",
    queries: [{ expr: 'count(ALERTS{alertstate="firing", severity!="none"}) or vector(0)', legend: 'alerts' }],
    width: 3,
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
    queries: [{ expr: 'sum(max by (scenario) (lab_fault_active)) or vector(0)', legend: 'faults' }],
    width: 3,
    unit: 'none',
    steps: [
      [null, 'green'],
      [1, 'orange'],
    ],
  }),
  sampleDataNote(3),
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
    width: 5,
    unit: 'reqps',
    decimals: 1,
    steps: [[null, 'blue']],
    withGraph: true,
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
  for (const panel of [journeys, promises, heldBack]) frame.withPanel(panel)
  frame.withRow(new dashboard.RowBuilder('Journey: $cuj_name').repeat('cuj_name'))
  for (const panel of oneJourney) frame.withPanel(panel)
  return frame.build()
}
