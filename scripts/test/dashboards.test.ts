// The dashboards that Grafana reads: compiled from their sources, every query a query, every panel explained, no datasource typed.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { compileDashboards, folder } from '../dashboards/compile.ts'
import { rootFolder } from '../lib/images.ts'

interface Panel {
  type: string
  title: string
  description?: string
  datasource?: { uid: string }
  targets?: { expr: string; datasource?: { uid: string } }[]
}
interface Board {
  uid: string
  panels: Panel[]
  templating: { list: { name: string; query: unknown }[] }
  annotations: { list: { name: string; expr?: string; datasource?: { uid: string } }[] }
}

const compiled = compileDashboards()
const boards = [...compiled.values()].map(text => JSON.parse(text) as Board)

/** As Prometheus would be asked: Grafana replaces its variables before it sends a query. */
const filledIn = (query: string) =>
  query
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '1h')
    .replaceAll('$window', '1h')
    .replaceAll(/\$\{?\w+\}?/g, 'checkout')

function findQueries(board: Board): { where: string; query: string }[] {
  const ofPanels = board.panels.flatMap(panel =>
    (panel.targets ?? []).map(target => ({ where: `${board.uid}, ${panel.title}`, query: filledIn(target.expr) })),
  )
  const ofMarks = board.annotations.list
    .filter(mark => mark.expr !== undefined)
    .map(mark => ({ where: `${board.uid}, mark ${mark.name}`, query: filledIn(mark.expr ?? '') }))
  return [...ofPanels, ...ofMarks]
}

function findMetricNames(query: string): string[] {
  const names: string[] = []
  const cursor = parser.parse(query).cursor()
  do {
    if (cursor.name === 'Identifier' && cursor.node.parent?.name === 'VectorSelector') {
      names.push(query.slice(cursor.from, cursor.to))
    }
  } while (cursor.next())
  return names
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

test('every query parses', () => {
  for (const { where, query } of boards.flatMap(findQueries)) {
    const cursor = parser.parse(query).cursor()
    do assert.ok(!cursor.type.isError, `${where}: ${query} is wrong at ${query.slice(cursor.from, cursor.from + 20)}`)
    while (cursor.next())
  }
})

test('every metric that a dashboard asks for is recorded by a rule or stands in the register', async () => {
  const register = await readFile(`${rootFolder}/docs/telemetry.md`, 'utf8')
  const rules = await readdir(`${rootFolder}/prometheus/rules/real`)
  const recorded = await Promise.all(rules.map(file => readFile(`${rootFolder}/prometheus/rules/real/${file}`, 'utf8')))
  const known = new Set([
    'ALERTS',
    ...[...register.matchAll(/`([a-z0-9_]+)`/g)].map(match => match[1]),
    ...[...recorded.join('\n').matchAll(/record: "?([a-z_:0-9]+)/g)].map(match => match[1]),
  ])

  for (const { where, query } of boards.flatMap(findQueries)) {
    for (const name of findMetricNames(query)) assert.ok(known.has(name), `${where}: nobody emits ${name}`)
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

test('links of alerts find their dashboard and its variable', () => {
  const overview = boards.find(board => board.uid === 'slo-overview')

  assert.ok(overview?.templating.list.some(variable => variable.name === 'cuj_name'))
})
