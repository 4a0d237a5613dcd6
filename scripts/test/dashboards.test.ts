// The dashboards that Grafana reads: compiled from their sources, every query a query, every panel explained, no number and no
// datasource typed, and each panel there that the requirements name.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { compileDashboards, folder } from '../dashboards/compile.ts'
import { rootFolder } from '../lib/images.ts'
import { type Board, findQueries, readBoards, usualValues, windows } from './dashboard-queries.ts'
import { findMistake, findNames } from './promql-names.ts'
import { findHistograms } from './telemetry-register.ts'

const compiled = compileDashboards()
const boards = readBoards(compiled)
const queries = boards.flatMap(board => findQueries(board))

function getBoard(uid: string): Board {
  const board = boards.find(one => one.uid === uid)
  assert.ok(board, `no dashboard ${uid}`)
  return board
}

test('the committed dashboards are what their sources say', async () => {
  const present = (await readdir(`${rootFolder}/${folder}`)).map(file => `${folder}/${file}`).sort()

  assert.deepEqual(present, [...compiled.keys()].sort())
  for (const [path, text] of compiled) {
    assert.equal(
      await readFile(`${rootFolder}/${path}`, 'utf8'),
      text,
      `${path}: run \`make slo\` and commit the difference`,
    )
  }
})

test('every query parses, whatever the window', () => {
  for (const window of windows) {
    for (const { board, asker, expr } of boards.flatMap(one => findQueries(one, { ...usualValues, window }))) {
      assert.equal(findMistake(expr), undefined, `${board}, ${asker}: ${expr}`)
    }
  }
})

test('every metric that a dashboard asks for is recorded by a rule or stands in the register', async () => {
  const register = await readFile(`${rootFolder}/docs/telemetry.md`, 'utf8')
  const rules = await readdir(`${rootFolder}/prometheus/rules/real`)
  const recorded = await Promise.all(rules.map(file => readFile(`${rootFolder}/prometheus/rules/real/${file}`, 'utf8')))
  const known = new Set([
    'ALERTS',
    ...[...register.matchAll(/`([a-z0-9_:]+)`/g)].map(match => match[1]),
    ...findHistograms(register).flatMap(name => ['bucket', 'sum', 'count'].map(part => `${name}_${part}`)),
    ...[...recorded.join('\n').matchAll(/record: "?([a-z_:0-9]+)/g)].map(match => match[1]),
  ])

  for (const { board, asker, expr } of queries) {
    for (const { metric } of findNames(expr).metrics)
      assert.ok(known.has(metric), `${board}, ${asker}: nobody emits ${metric}`)
  }
})

test('every panel says what good looks like, and asks the datasource that was chosen', () => {
  for (const board of boards) {
    for (const panel of board.panels.filter(({ type }) => type !== 'row')) {
      const where = `${board.uid}, ${panel.title}`
      assert.ok((panel.description ?? '').length > 40, `${where}: no description`)
      assert.match(panel.description ?? '', /good|Good|normal/, `${where}: what does good look like?`)
      for (const { datasource } of [panel, ...(panel.targets ?? [])]) {
        assert.match(datasource?.uid ?? '', /^\$\{(datasource|logs|traces)\}$/, `${where}: ${datasource?.uid}`)
      }
    }
    for (const mark of board.annotations.list) assert.equal(mark.datasource?.uid, '${'.concat('datasource}'), mark.name)
  }
})

test('objectives, thresholds, factors and windows are read from their series, never typed', () => {
  const typed = /(?<![\w.:])(0\.99\d+|14\.4|500|1000|2000|10000|300|3600|21600|2592000)(?![\w.:])/
  for (const { board, asker, expr } of queries) {
    const withoutNames = expr.replaceAll(/"[^"]*"/g, '').replaceAll('histogram_quantile(0.99,', '')
    assert.doesNotMatch(withoutNames, typed, `${board}, ${asker}: ${expr}`)
  }
})

test('each dashboard marks pages, warnings, faults, deployments and sample data, and leads to the others', () => {
  for (const board of boards) {
    assert.deepEqual(
      board.annotations.list.map(({ name }) => name).filter(name => name !== 'Annotations & Alerts'),
      ['Pages', 'Warnings', 'Faults', 'Deployments', 'Sample data'],
      board.uid,
    )
  }
})

test('a link of an alert opens the overview with the journey chosen', () => {
  const names = getBoard('slo-overview').templating.list.map(({ name }) => name)

  assert.ok(names.includes('cuj_name'), names.join())
})

/** Dashboard, kind of panel, title, and what one of its queries must hold: the panels that the requirements name. */
const wanted: readonly (readonly [board: string, type: string, title: string, expr: RegExp])[] = [
  ['slo-overview', 'table', 'Every journey', /leg_bad.*leg_total/],
  ['slo-overview', 'table', 'Every journey', /histogram_quantile\(0\.99/],
  ['slo-overview', 'table', 'Every journey', /^sum by \(cuj_name\) \(rate\(techmart_calls_total/],
  ['slo-overview', 'table', 'Every journey', /STATUS_CODE_ERROR/],
  ['slo-overview', 'table', 'Every promise', /period_error_budget_remaining/],
  ['slo-overview', 'table', 'Kept quiet by a guard', /tier_held_back/],
  ['slo-overview', 'table', 'Kept quiet by a guard', /leg_bad:count\{leg="short"\}/],
  ['slo-overview', 'table', 'Kept quiet by a guard', /leg_guard:count\{leg="short"\}/],
  ['slo-overview', 'table', 'Kept quiet by a guard', /leg_bad:count\{leg="long"\}/],
  ['slo-overview', 'table', 'Kept quiet by a guard', /leg_guard:count\{leg="long"\}/],
  ['slo-overview', 'timeseries', 'Success rate', /slo:objective:ratio/],
  ['slo-overview', 'timeseries', 'How long it takes', /histogram_quantile\(0\.99/],
  ['slo-overview', 'timeseries', 'How long it takes', /slo:latency_threshold/],
  ['slo-overview', 'timeseries', 'Events a second', /techmart_calls_total/],
  ['slo-overview', 'timeseries', 'Failures a second, by who noticed', /STATUS_CODE_ERROR/],
  ['journeys-compared', 'timeseries', 'Burn over $page_window', /leg_burn_rate:ratio\{tier="fast", leg="long"/],
  ['journeys-compared', 'timeseries', 'Burn over $warning_window', /leg_burn_rate:ratio\{tier="slow", leg="long"/],
  ['journeys-compared', 'stat', 'Success in $page_window', /leg_bad.*>= on \(cuj_name\).*slo:objective:ratio/],
  ['journeys-compared', 'timeseries', 'Success rate of all journeys', /leg_bad.*leg_total/],
  ['journeys-compared', 'timeseries', 'Success rate of all journeys', /slo:objective:ratio/],
  ['journeys-compared', 'gauge', 'Budget left', /period_error_budget_remaining/],
  ['journeys-compared', 'timeseries', 'p99 of $cuj_name', /histogram_quantile\(0\.99/],
  ['journeys-compared', 'timeseries', 'p99 of $cuj_name', /slo:latency_threshold.*cuj_name="checkout"/],
  ['why-is-checkout-slow', 'stat', 'Success in $window', /slo:sli_bad:count.*slo:sli_total:count/],
  ['why-is-checkout-slow', 'gauge', 'Budget left', /period_error_budget_remaining/],
  ['why-is-checkout-slow', 'stat', 'p99 in $window', /histogram_quantile\(0\.99/],
  ['why-is-checkout-slow', 'stat', 'Rate in $window', /slo:sli_total:count/],
  ['why-is-checkout-slow', 'stat', 'Checkouts in $window', /slo:sli_total:count/],
  ['why-is-checkout-slow', 'stat', 'Checkouts in $window', /slo:sli_bad:count/],
  ['why-is-checkout-slow', 'timeseries', 'Error rate against its target', /slo:error_budget:ratio/],
  ['why-is-checkout-slow', 'timeseries', 'How long a checkout takes', /histogram_quantile\(0\.5,/],
  ['why-is-checkout-slow', 'timeseries', 'How long a checkout takes', /histogram_quantile\(0\.95,/],
  ['why-is-checkout-slow', 'timeseries', 'How long a checkout takes', /histogram_quantile\(0\.99,/],
  ['why-is-checkout-slow', 'timeseries', 'How long a checkout takes', /slo:latency_threshold/],
  ['why-is-checkout-slow', 'timeseries', 'Checkouts by outcome', /by \(status_code\)/],
  ['why-is-checkout-slow', 'timeseries', 'Spans a second, by service', /^sum by \(service_name\)/],
  ['why-is-checkout-slow', 'timeseries', 'Failed spans a second, by service', /STATUS_CODE_ERROR/],
  ['why-is-checkout-slow', 'timeseries', 'Time in each service, per checkout', /duration_milliseconds_sum/],
  ['why-is-checkout-slow', 'timeseries', 'Checkouts without a sale, by reason', /by \(reason\)/],
  ['where-do-shoppers-give-up', 'bargauge', 'How many come how far', /step="browse"/],
  ['where-do-shoppers-give-up', 'bargauge', 'How many come how far', /step="paid"/],
  ['where-do-shoppers-give-up', 'bargauge', 'From step to step', /step="paid".* \/ .*step="checkout"/],
  ['where-do-shoppers-give-up', 'table', 'From browsing to paying, by country', /by \(country\).*step="view".* \/ /],
  ['where-do-shoppers-give-up', 'table', 'From browsing to paying, by segment', /by \(segment\).*step="paid".* \/ /],
  [
    'where-do-shoppers-give-up',
    'table',
    'What an order is worth, by country',
    /quantile\(0\.5, sum by \(country, le\)/,
  ],
  [
    'where-do-shoppers-give-up',
    'table',
    'What an order is worth, by country',
    /quantile\(0\.9, sum by \(country, le\)/,
  ],
  ['where-do-shoppers-give-up', 'table', 'What an order is worth, by country', /^sum by \(country\) .*order_value_sum/],
  ['where-do-shoppers-give-up', 'timeseries', 'Charges that were answered', /slo:objective:ratio.*slo="payment"/],
  ['where-do-shoppers-give-up', 'timeseries', 'How fast the payment budget burns', /slo:leg_burn_rate.*slo="payment"/],
  ['where-do-shoppers-give-up', 'gauge', 'Payment budget left', /period_error_budget_remaining.*slo="payment"/],
  ['where-do-shoppers-give-up', 'table', 'How charges ended, by country', /by \(country\).*outcome="declined"/],
  ['where-do-shoppers-give-up', 'bargauge', 'Checkouts without a sale, by reason', /by \(reason\)/],
  ['where-do-shoppers-give-up', 'stat', 'LCP', /0\.75.*metric="LCP"/],
  ['where-do-shoppers-give-up', 'stat', 'INP', /0\.75.*metric="INP"/],
  ['where-do-shoppers-give-up', 'stat', 'CLS', /0\.75.*web_layout_shift_score_bucket/],
  ['where-do-shoppers-give-up', 'timeseries', 'Page loads a minute', /web_page_load_seconds_count/],
  ['where-do-shoppers-give-up', 'timeseries', 'Errors in browsers a minute', /web_errors_total/],
]

for (const [uid, type, title, expr] of wanted) {
  test(`${uid} has a ${type} "${title}" that asks for ${expr.source}`, () => {
    const board = getBoard(uid)

    assert.equal(board.panels.find(panel => panel.title === title)?.type, type)
    const asked = findQueries(board).filter(query => query.kind === 'panel' && query.asker === title)
    assert.ok(
      asked.some(query => expr.test(query.expr)),
      asked.map(query => query.expr).join('\n'),
    )
  })
}

test('the checkout dashboard offers each window from an hour to the whole period', () => {
  const variable = getBoard('why-is-checkout-slow').templating.list.find(({ name }) => name === 'window')

  assert.equal(variable?.query, windows.join())
})

test('what the checkout dashboard asks of its window is cheap: recorded counts, or a look now and then', () => {
  for (const { asker, expr } of findQueries(getBoard('why-is-checkout-slow'), { ...usualValues, window: '30d' })) {
    const ranges = expr.match(/\S+\[30d[^\]]*\]/g) ?? []
    for (const range of ranges) {
      const isCount = /slo:sli_(total|bad):count\{[^}]*\}\[30d\]$/.test(
        expr.slice(0, expr.indexOf(range) + range.length),
      )
      assert.ok(isCount || range.includes('[30d:10m]'), `${asker}: ${range}`)
    }
  }
})
