// From browsing to paying: how many come how far, where they stop, who they are.
import { buildBars } from './bar-panel.ts'
import { moves, shareTaken, shareTakenNow, steps, taken, takenASecond } from './funnel-queries.ts'
import { buildGraph, type Step } from './panels.ts'
import { buildTable, type Column } from './table-panel.ts'

const nobody = 'nobody has been here yet'

/** No share of a funnel is good or bad by itself: it is compared with the others and with yesterday. */
const plain: readonly Step[] = [[null, 'blue']]

const columns = (by: string): readonly Column[] =>
  steps.flatMap((step): Column[] => {
    const count: Column = {
      query: { expr: taken(step.name, by), legend: step.title },
      unit: 'locale',
      decimals: 0,
    }
    const before = moves.find(move => move.step.name === step.name)?.before
    if (before === undefined) return [count]
    return [
      count,
      {
        query: {
          expr: shareTaken(step.name, before.name, by),
          legend: before.asWhole,
        },
        unit: 'percentunit',
        decimals: 0,
        steps: plain,
        barTo: 1,
      },
    ]
  })

const tableOf = (label: 'country' | 'segment', heading: string, height: number, unknownWords: string) =>
  buildTable({
    title: `From browsing to paying, by ${label}`,
    description: `How often each step was taken in the dashboard's time range, and its share of the step before it. Steps are counted, not people. Good is lines that are alike: one ${label} that falls behind the others in one step is where to look. ${unknownWords}`,
    width: 24,
    height,
    rows: { [label]: heading },
    columns: columns(label),
    sortBy: [{ column: 'Browsed', descending: true }],
    noValue: nobody,
  })

export const funnel = [
  buildBars({
    title: 'How many come how far',
    description:
      "Steps taken in the dashboard's time range by the countries and segments chosen above. Good is bars that get shorter little by little; the largest jump is where shoppers give up.",
    queries: steps.map(({ name, title }) => ({ expr: taken(name), legend: title })),
    width: 8,
    unit: 'locale',
    decimals: 0,
    steps: plain,
    noValue: nobody,
  }),
  buildBars({
    title: 'From step to step',
    description:
      "The share of each step's shoppers that took the next one, in the dashboard's time range. Good is what it was last week; in this lab nearly all checkouts are paid but for some declined cards.",
    queries: moves.map(({ step, before }) => ({
      expr: shareTaken(step.name, before.name),
      legend: `${before.name} → ${step.name}`,
    })),
    width: 8,
    unit: 'percentunit',
    decimals: 1,
    max: 1,
    steps: plain,
    noValue: nobody,
  }),
  buildGraph({
    title: 'Steps a second',
    description:
      'All shoppers chosen above. Good is lines that rise and fall together; one that falls alone lost its way.',
    queries: steps.map(({ name, title }) => ({ expr: takenASecond(name), legend: title })),
    width: 8,
    unit: 'suffix:/s',
    min: 0,
    minStep: '1m',
    noValue: nobody,
  }),
  buildGraph({
    title: 'From step to step, over time',
    description:
      'The share of each step’s shoppers that took the next one. Good is flat lines; a fall from checkout to paid is a shop that cannot sell: declined cards, empty shelves, or payments in trouble.',
    queries: moves.map(({ step, before }) => ({
      expr: shareTakenNow(step.name, before.name),
      legend: `${before.name} → ${step.name}`,
    })),
    width: 24,
    height: 7,
    unit: 'percentunit',
    min: 0,
    minStep: '2m',
    noValue: nobody,
  }),
  tableOf(
    'country',
    'Country',
    11,
    '`unknown` are shoppers who look around before they say where they live; their checkouts count for their country.',
  ),
  tableOf(
    'segment',
    'Segment',
    9,
    '`unknown` are shoppers who have not signed in, and checkouts at which users was not asked or did not answer: all of them while payments is known to be away.',
  ),
]
