// The numbers of "where do shoppers give up?", worked out by Prometheus' own engine from counters whose answer is known.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { compileDashboards } from '../dashboards/compile.ts'
import { steps } from '../dashboards/funnel-queries.ts'
import { rootFolder } from '../lib/images.ts'
import { type Board, findQueries, type Panel, readBoards } from './dashboard-queries.ts'
import { type Expectation, runRuleCases } from './rules-promtool.ts'
import type { InputSeries } from './rules-simulation.ts'

const boards = readBoards(compileDashboards())
const board = boards.find(({ uid }) => uid === 'where-do-shoppers-give-up') as Board
const panels = board.panels.filter(({ type }) => type !== 'row')
const queries = findQueries(board).filter(({ kind }) => kind === 'panel')

/** The panel's query of this number, as Grafana asks it over an hour. */
function queryOf(title: string, index = 0): string {
  const found = queries.filter(({ asker }) => asker === title)[index]
  assert.ok(found, `no query ${index} in "${title}"`)
  return found.expr
}

/** Seconds between two samples, as Prometheus scrapes, and how many steps an hour has. */
const step = 5
const stepsAnHour = 3_600 / step

/**
 * A counter that grows evenly for an hour, by this much in all. It does not begin at 0: rate() would take the first five seconds
 * for a time in which there was no counter yet.
 */
const growing = (series: string, perHour: number): InputSeries => ({
  series,
  values: `1000+${perHour / stepsAnHour}x${stepsAnHour}`,
})

/** Rounded, since increase() reaches to the edges of its window by a division. */
const rounded = (expr: string): string => `round((${expr}), 0.001)`

type Answer = Readonly<Record<string, number>>

/** What a query answers after the hour, by the labels of its samples; `{}` where it has none. */
const answers = (expr: string, answer: Answer): Expectation => ({
  expr: rounded(expr),
  atSeconds: 3_600,
  samples: Object.entries(answer).map(([labels, value]) => ({ labels, value })),
})

async function holds(t: TestContext, series: readonly InputSeries[], expect: readonly Expectation[]): Promise<void> {
  const result = await runRuleCases(t, {
    speed: 'real',
    files: ['slo-fast', 'business'],
    evaluateEverySeconds: 60,
    cases: [{ name: t.name, intervalSeconds: step, series, expect }],
  })
  assert.equal(result.code, 0, result.output)
}

const funnelSeries = (country: string, segment: string, perHour: readonly number[]): InputSeries[] =>
  steps.map(({ name }, index) =>
    growing(`funnel_events_total{step="${name}", country="${country}", segment="${segment}"}`, perHour[index] ?? 0),
  )

/** Counts are cumulative, as a histogram's are. */
const histogram = (name: string, labels: string, bounds: Answer, sum: number): InputSeries[] => {
  const comma = labels === '' ? '' : ', '
  return [
    ...Object.entries(bounds).map(([le, perHour]) => growing(`${name}_bucket{${labels}${comma}le="${le}"}`, perHour)),
    growing(`${name}_count{${labels}}`, bounds['+Inf'] ?? 0),
    growing(`${name}_sum{${labels}}`, sum),
  ]
}

test('each step is counted, and divided by the step before it', async t => {
  const series = [
    ...funnelSeries('DE', 'new', [600, 300, 120, 90, 60]),
    ...funnelSeries('BR', 'vip', [600, 300, 240, 90, 30]),
  ]
  const byStep = (index: number) => queryOf('How many come how far', index)
  const byMove = (index: number) => queryOf('From step to step', index)
  // Nine columns: a count, then for each later step its count and its share.
  const byCountry = (column: number) => queryOf('From browsing to paying, by country', column)

  await holds(t, series, [
    answers(byStep(0), { '{}': 1200 }),
    answers(byStep(4), { '{}': 90 }),
    answers(byMove(0), { '{}': 0.5 }),
    answers(byMove(1), { '{}': 0.6 }),
    answers(byMove(2), { '{}': 0.5 }),
    answers(byMove(3), { '{}': 0.5 }),
    answers(byCountry(0), { '{country="BR"}': 600, '{country="DE"}': 600 }),
    answers(byCountry(4), { '{country="BR"}': 0.8, '{country="DE"}': 0.4 }),
    answers(byCountry(7), { '{country="BR"}': 30, '{country="DE"}': 60 }),
    answers(byCountry(8), { '{country="BR"}': 0.333, '{country="DE"}': 0.667 }),
    answers(queryOf('From browsing to paying, by segment', 8), { '{segment="new"}': 0.667, '{segment="vip"}': 0.333 }),
    answers(queryOf('From step to step, over time', 3), { '{}': 0.5 }),
    answers(queryOf('Orders'), { '{}': 90 }),
    answers(queryOf('Paid of all checkouts'), { '{}': 0.5 }),
  ])
})

test('steps are counted on where a process starts again, and where another takes its place', async t => {
  const browsed = (instance: string) =>
    `funnel_events_total{step="browse", country="DE", segment="new", instance="${instance}"}`
  const series = [
    { series: browsed('restarted'), values: '0+10x359 0+10x360' },
    { series: browsed('replaced'), values: '0+10x360 stale' },
    { series: browsed('replacing'), values: '_x361 0+10x359' },
  ]

  // What each process counted: 3,590 and 3,600, 3,600, 3,590. Some of what happened between its last sample and its end is guessed.
  await holds(t, series, [
    {
      expr: `round(${queryOf('How many come how far')}, 200)`,
      atSeconds: 3_600,
      samples: [{ labels: '{}', value: 14_400 }],
    },
  ])
})

test('one order in an hour is one order, whichever second of a minute it falls into', async t => {
  const seconds = Array.from({ length: 13 }, (_, index) => index)
  const series = seconds.map(second => ({
    series: `funnel_events_total{step="paid", country="US", segment="${second}"}`,
    values: `7x${400 + second} 8x${stepsAnHour - 401 - second}`,
  }))

  await holds(t, series, [
    answers(
      queryOf('From browsing to paying, by segment', 7),
      Object.fromEntries(seconds.map(second => [`{segment="${second}"}`, 1])),
    ),
  ])
})

test('the worth of orders is summed, halved and cut at nine tenths for each country', async t => {
  const series = [
    ...histogram('order_value', 'country="DE"', { '50.0': 60, '100.0': 120, '150.0': 120, '+Inf': 120 }, 6_000),
    ...histogram('order_value', 'country="JP"', { '50.0': 0, '100.0': 60, '150.0': 120, '+Inf': 120 }, 12_000),
  ]
  const column = (index: number) => queryOf('What an order is worth, by country', index)

  await holds(t, series, [
    answers(column(0), { '{country="DE"}': 120, '{country="JP"}': 120 }),
    answers(column(1), { '{country="DE"}': 6_000, '{country="JP"}': 12_000 }),
    answers(column(2), { '{country="DE"}': 50, '{country="JP"}': 100 }),
    answers(column(3), { '{country="DE"}': 90, '{country="JP"}': 140 }),
    answers(queryOf('Sales, all segments'), { '{}': 18_000 }),
    answers(queryOf('Sales a minute, by country'), { '{country="DE"}': 100, '{country="JP"}': 200 }),
  ])
})

test('a declined card is an answer, a charge that failed or was not tried is none, and the budget burns for it', async t => {
  const charge = (country: string, outcome: string, perHour: number) =>
    growing(`payments_total{country="${country}", outcome="${outcome}"}`, perHour)
  const series = [
    ...[charge('US', 'charged', 900), charge('US', 'declined', 300), charge('US', 'failed', 0)],
    ...[charge('IN', 'charged', 540), charge('IN', 'declined', 240), charge('IN', 'failed', 12)],
    ...[charge('US', 'circuit_open', 0), charge('IN', 'circuit_open', 8)],
  ]
  const column = (index: number) => queryOf('How charges ended, by country', index)

  await holds(t, series, [
    answers(column(1), { '{country="IN"}': 240, '{country="US"}': 300 }),
    answers(column(4), { '{country="IN"}': 0.3, '{country="US"}': 0.25 }),
    answers(column(5), { '{country="IN"}': 0.025, '{country="US"}': 0 }),
    // 20 of 2,000, at an objective of 99.9 %: ten times as fast as allowed, and with a month's budget gone to -900 %.
    answers(queryOf('Charges that were answered'), { '{}': 0.99 }),
    answers(queryOf('Charges answered, and the objective'), { '{}': 0.99 }),
    answers(queryOf('Charges answered, and the objective', 1), { '{}': 0.999 }),
    answers(queryOf('How fast the payment budget burns'), { '{leg="long"}': 10, '{leg="short"}': 10 }),
    answers(queryOf('Payment burn'), { '{}': 10 }),
    answers(queryOf('Payment budget left'), { '{}': -9 }),
  ])
})

test('refusals are listed by reason, the most frequent first', async t => {
  const refused = (reason: string, perHour: number) => growing(`orders_errors_total{reason="${reason}"}`, perHour)

  await holds(
    t,
    [refused('out_of_stock', 6), refused('declined', 60), refused('key_reused', 0)],
    [
      answers(queryOf('Checkouts without a sale, by reason'), {
        '{reason="declined"}': 60,
        '{reason="out_of_stock"}': 6,
        '{reason="key_reused"}': 0,
      }),
    ],
  )
})

test('visits are good, middling and poor by their bounds, in either spelling of them', async t => {
  const lcp = { '1.8': 60, '2.5': 96, '4.0': 114, '10.0': 120, '+Inf': 120 }
  const inp = { '0.1': 30, '0.2': 60, '0.5': 114, '+Inf': 120 }
  const series = [
    ...histogram('web_vital_seconds', 'metric="LCP"', lcp, 240),
    ...histogram('web_vital_seconds', 'metric="INP"', inp, 20),
    ...histogram('web_layout_shift_score', '', { '0.05': 60, '0.1': 90, '0.25': 120, '+Inf': 120 }, 6),
    ...histogram('web_vital_seconds', 'metric="FCP"', { '4': 1_200, '+Inf': 1_200 }, 1_200),
  ]
  const older = [...histogram('web_vital_seconds', 'metric="LCP"', { '2.5': 60, '4': 60, '+Inf': 120 }, 240)]
  const column = (index: number) => queryOf('Good, middling and poor visits', index)

  await holds(t, series, [
    answers(column(0), { '{vital="LCP"}': 0.8, '{vital="INP"}': 0.5, '{vital="CLS"}': 0.75 }),
    answers(column(1), { '{vital="LCP"}': 0.15, '{vital="INP"}': 0.45, '{vital="CLS"}': 0.25 }),
    answers(column(2), { '{vital="LCP"}': 0.05, '{vital="INP"}': 0.05, '{vital="CLS"}': 0 }),
    answers(column(3), { '{vital="LCP"}': 120, '{vital="INP"}': 120, '{vital="CLS"}': 120 }),
    // 90 of 120 is the end of the first bucket that holds them.
    answers(queryOf('CLS'), { '{}': 0.1 }),
    answers(queryOf('INP'), { '{}': 0.367 }),
  ])
  await holds(t, older, [answers(column(2), { '{vital="LCP"}': 0.5 })])
})

test('in a store to which nobody has come yet, what is counted is 0 and nothing is NaN', async t => {
  const counted = [
    'How many come how far',
    'Steps a second',
    'Orders',
    'Sales, all segments',
    'Checkouts without a sale, by reason',
    'Checkouts without a sale a second',
    'Page loads a minute',
    'Errors in browsers a minute',
  ]
  const series = [
    ...funnelSeries('DE', 'new', []),
    ...histogram('order_value', 'country="DE"', { '50.0': 0, '+Inf': 0 }, 0),
    ...histogram('web_vital_seconds', 'metric="LCP"', { '2.5': 0, '4.0': 0, '+Inf': 0 }, 0),
    ...histogram('web_layout_shift_score', '', { '0.1': 0, '0.25': 0, '+Inf': 0 }, 0),
    ...histogram('web_page_load_seconds', '', { '0.5': 0, '+Inf': 0 }, 0),
    growing('web_errors_total', 0),
    growing('orders_errors_total{reason="declined"}', 0),
    growing('payments_total{country="DE", outcome="charged"}', 0),
    growing('payments_total{country="DE", outcome="failed"}', 0),
  ]

  await holds(t, series, [
    ...counted.map(title => answers(`sum(${queryOf(title)})`, { '{}': 0 })),
    // Nothing but NaN differs from itself.
    ...queries.map(({ expr }) => answers(`count((${expr}) != (${expr}))`, {})),
  ])
})

test('a panel whose query has no answer says so in words', () => {
  const speechless = panels.filter(panel => {
    const { noValue } =
      (panel as Panel & { fieldConfig?: { defaults?: { noValue?: string } } }).fieldConfig?.defaults ?? {}
    return noValue === undefined && !(panel.targets ?? []).some(({ expr }) => expr.endsWith('or vector(0)'))
  })

  assert.deepEqual(
    speechless.map(({ title }) => title),
    [],
  )
})

test('every query of the document is one that the dashboard asks, or the rule behind it', async () => {
  const text = await readFile(`${rootFolder}/docs/dashboards.md`, 'utf8')
  const rules = await readFile(`${rootFolder}/prometheus/rules/real/business.yml`, 'utf8')
  const written = [...text.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query = '']) => query.trim())
  // All countries and segments are no condition, and Grafana's range is an hour.
  const asked = queries.map(({ expr }) =>
    expr
      .replaceAll(/(, )?\b(country|segment)=~"\.\+"/g, '')
      .replaceAll('{}', '')
      .replaceAll('[3600s]', '[1h]'),
  )

  assert.ok(written.length >= 10, `${written.length} queries`)
  for (const query of written.map(lines => lines.replaceAll(/\s*\n\s*/g, ' ')))
    assert.ok(rules.includes(query) || asked.some(expr => expr.includes(query)), query)
})

test('every dashboard has its line in the document', async () => {
  const text = await readFile(`${rootFolder}/docs/dashboards.md`, 'utf8')

  const listed = [...text.matchAll(/^\| \[[^\]]+\]\(http:\/\/localhost:3000\/d\/([a-z-]+)\) \| ([^|]+) \|/gm)]
  assert.deepEqual(
    listed.map(([, uid, question]) => `${uid}: ${question}`).sort(),
    boards.map(({ uid, title }) => `${uid}: ${title.replace(/^.*: /, '')}`).sort(),
  )
})
