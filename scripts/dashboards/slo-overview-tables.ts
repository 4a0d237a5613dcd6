// The overview's tables: a line for every journey, a line for every promise, and what a guard keeps quiet.
import { series } from '../slo/names.ts'
import { logsLink, tracesLink } from './frame.ts'
import { budgetSteps, type Step, variable } from './panels.ts'
import { budgetLeft, burnSteps, legOf, perPromise, success, withEvents, within } from './promise-queries.ts'
import { buildTable } from './table-panel.ts'

/** Shares of the way to a page: at 1 it is sent. */
const pageSteps: readonly Step[] = [
  [null, 'green'],
  [0.5, 'orange'],
  [1, 'red'],
]
/** Shares of the limit that a journey's p99 reaches: above 1 the promise would not hold. */
const limitSteps: readonly Step[] = [
  [null, 'green'],
  [0.8, 'orange'],
  [1, 'red'],
]

const chosen = 'cuj_name=~"$cuj_name"'
const ofJourney = (metric: string, more = '') =>
  `sum by (cuj_name) (rate(${metric}{span_name=~"cuj\\\\..+", ${chosen}${more}}[$__rate_interval]))`
const p99 = within(0.99, chosen, 'cuj_name, le')
const calls = ofJourney('techmart_calls_total')

const links = [
  tracesLink(
    'Failed traces of this journey',
    `{ name = "cuj.${variable('__data.fields.Journey')}" && status = error }`,
  ),
  logsLink('Error logs of every service', '{service_name=~".+"} | detected_level="error"'),
]

export const journeys = buildTable({
  title: 'Every journey',
  description:
    'What its customers meet now. Good: success above the objective, a 99th percentile below 100 % of its limit, a steady rate and no errors. Success looks at the short window of the fast alert. Click a journey for its failed traces.',
  width: 24,
  // Eight journeys.
  height: 11,
  rows: { cuj_name: 'Journey' },
  columns: [
    {
      query: { expr: `max by (cuj_name) (${success('short', `${chosen}, slo="availability"`)})`, legend: 'Success' },
      unit: 'percentunit',
      decimals: 3,
    },
    { query: { expr: `${p99} >= 0`, legend: '99 % within' }, unit: 'ms' },
    {
      query: {
        expr: `${p99} / on (cuj_name) max by (cuj_name) (${series.latencyThreshold}) >= 0`,
        legend: 'Of its limit',
      },
      unit: 'percentunit',
      decimals: 0,
      steps: limitSteps,
      barTo: 1,
    },
    { query: { expr: calls, legend: 'Rate' }, unit: 'reqps', decimals: 2 },
    {
      query: {
        expr: `${ofJourney('techmart_calls_total', ', status_code="STATUS_CODE_ERROR"')} or 0 * ${calls}`,
        legend: 'Errors',
      },
      unit: 'reqps',
      decimals: 2,
      steps: [
        [null, 'green'],
        [0.001, 'red'],
      ],
    },
  ],
  sortBy: [{ column: 'Success', descending: false }],
  links,
  noValue: 'no events yet',
})

export const promises = buildTable({
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
    { query: { expr: perPromise(success('short', chosen)), legend: 'Success now' }, unit: 'percentunit', decimals: 3 },
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
      query: { expr: perPromise(`${series.legTotal}${legOf('fast', 'long', chosen)}`), legend: 'Events' },
      unit: 'locale',
      decimals: 0,
    },
  ],
  sortBy: [
    { column: 'Way to page', descending: true },
    { column: 'Budget left', descending: false },
  ],
  links,
})

const held = `${series.tierHeldBack}{${chosen}}`
const heldBad = (leg: 'short' | 'long') =>
  `max by (cuj_name, slo, tier) (${series.legBad}{leg="${leg}"} and on (cuj_name, slo, tier) ${held})`
const heldWanted = (leg: 'short' | 'long') =>
  `max by (cuj_name, slo, tier) (0 * ${held} + on (tier) group_left () ${series.legGuard}{leg="${leg}"})`

/** 1 where both windows hold as many bad events as their guards want: then it is the history that is too short. */
const enoughBad = `min by (cuj_name, slo, tier) ((${series.legBad} and on (cuj_name, slo, tier) ${held}) >= bool on (tier, leg) group_left () ${series.legGuard})`

export const heldBack = buildTable({
  title: 'Kept quiet by a guard',
  description:
    'Tiers that burn fast enough to speak and do not: too few events were bad, since a handful of strays is no outage, or the stack is younger than the short window of a slow tier. Good is an empty table; a line that stays is a quiet journey that fails: look at its traces.',
  width: 24,
  height: 7,
  rows: { cuj_name: 'Journey', slo: 'Promise', tier: 'Tier' },
  columns: [
    {
      query: { expr: `max by (cuj_name, slo, tier) (${held})`, legend: 'Bad share now' },
      unit: 'percentunit',
      decimals: 2,
    },
    {
      query: { expr: enoughBad, legend: 'Waits for' },
      unit: 'none',
      says: { 0: { text: 'more bad events' }, 1: { text: 'more history' } },
    },
    { query: { expr: heldBad('short'), legend: 'Bad, short window' }, unit: 'none', decimals: 0 },
    { query: { expr: heldWanted('short'), legend: 'Wanted, short' }, unit: 'none', decimals: 0 },
    { query: { expr: heldBad('long'), legend: 'Bad, long window' }, unit: 'none', decimals: 0 },
    { query: { expr: heldWanted('long'), legend: 'Wanted, long' }, unit: 'none', decimals: 0 },
  ],
  links,
  noValue: 'no guard keeps a tier quiet',
})
