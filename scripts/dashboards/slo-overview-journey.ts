// The overview's row of graphs for one journey.
import { series } from '../slo/names.ts'
import { tracesLink } from './frame.ts'
import { buildGraph, statusColors, variable } from './panels.ts'
import { budgetLeft, success, withEvents, within } from './promise-queries.ts'

/** Inside a repeated row `$cuj_name` is one journey. */
const one = 'cuj_name="$cuj_name"'
const spansOf = `span_name=~"cuj\\\\..+", ${one}`

const failedTraces = tracesLink(
  'Failed traces of $cuj_name',
  `{ name = "cuj.${variable('cuj_name')}" && status = error }`,
)

export const oneJourney = [
  buildGraph({
    title: 'Success rate',
    description:
      'The share of events that kept each promise, in the short window of the fast alert. Good is above the dashed line of its objective.',
    queries: [
      { expr: `max by (slo) (${success('short', one)})`, legend: '{{slo}}' },
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
      { expr: within(0.99, one), legend: '99 % within', exemplars: true },
      { expr: within(0.5, one), legend: 'half within' },
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
