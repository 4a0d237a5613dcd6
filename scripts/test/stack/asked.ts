// Everything that somebody will ask the stack's Prometheus one day: each query of the dashboards, of the rules that it runs and of
// the runbooks; and what is there to answer it.
import { readdir, readFile } from 'node:fs/promises'
import { compileDashboards } from '../../dashboards/compile.ts'
import { type AskedQuery, findQueries, readBoards, usualValues, windows } from '../dashboard-queries.ts'
import { findNames } from '../promql-names.ts'
import { ask, urls } from './lab.ts'

export const boards = readBoards(compileDashboards())

export interface Asked {
  readonly where: string
  readonly expr: string
}

const whereOf = ({ board, kind, asker }: AskedQuery) => `${board}, ${kind} "${asker}"`

/** With each window, since each of them is a query of its own; what several ask in the same words is asked once. */
export function dashboardQueries(): Asked[] {
  const all = windows.flatMap(window => boards.flatMap(board => findQueries(board, { ...usualValues, window })))
  return [...new Map(all.map(query => [query.expr, { where: whereOf(query), expr: query.expr }])).values()]
}

export async function ruleQueries(): Promise<Asked[]> {
  const { body } = await ask(`${urls.prometheus}/api/v1/rules`)
  return body.data.groups.flatMap((group: { name: string; rules: { name: string; query: string }[] }) =>
    group.rules.map(({ name, query }) => ({ where: `rule ${group.name}, ${name}`, expr: query })),
  )
}

const runbooks = new URL('../../../docs/runbooks/', import.meta.url)

export async function runbookQueries(): Promise<Asked[]> {
  const files = (await readdir(runbooks)).filter(file => file.endsWith('.md'))
  const texts = await Promise.all(
    files.map(async file => ({ file, text: await readFile(new URL(file, runbooks), 'utf8') })),
  )
  return texts.flatMap(({ file, text }) =>
    [...text.matchAll(/```promql\n([\s\S]*?)```/g)].map(match => ({
      where: `runbook ${file}`,
      expr: (match[1] ?? '').trim(),
    })),
  )
}

/** Prometheus' own words where it refuses a query. */
export async function refusalOf(expr: string): Promise<string | undefined> {
  const { body } = await ask(`${urls.prometheus}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expr }),
  })
  return body.status === 'success' ? undefined : `${body.errorType}: ${body.error}`
}

/** Labels that a metric's series have had in the last hours; none where the metric is not there. */
export async function labelsOf(metric: string, hours: number): Promise<ReadonlySet<string>> {
  const start = Date.now() / 1000 - hours * 3600
  const { body } = await ask(
    `${urls.prometheus}/api/v1/labels?start=${start}&match[]=${encodeURIComponent(`{__name__="${metric}"}`)}`,
  )
  if (body.status !== 'success') throw new Error(`${metric}: ${body.error}`)
  return new Set(body.data)
}

/**
 * What a query names and the stack has not: `metric`, `metric{label}`, or `metric|metric{label}` for a label to group by that no
 * metric of the query has.
 */
export async function findDead(asked: readonly Asked[], hours: number): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, ReadonlySet<string>>()
  const dead = new Map<string, string>()
  for (const { where, expr } of asked) {
    const { metrics, grouping, made } = findNames(expr)
    const all = new Set(['__name__', ...made])
    for (const { metric, labels: matched } of metrics) {
      const found = labels.get(metric) ?? (await labelsOf(metric, hours))
      labels.set(metric, found)
      for (const label of found) all.add(label)
      if (found.size === 0) dead.set(metric, where)
      else for (const label of matched) if (!found.has(label)) dead.set(`${metric}{${label}}`, where)
    }
    const present = metrics.length > 0 && metrics.every(({ metric }) => labels.get(metric)?.size)
    for (const label of present ? grouping : [])
      if (!all.has(label)) dead.set(`${metrics.map(one => one.metric).join('|')}{${label}}`, where)
  }
  return dead
}

export interface PanelAnswer {
  /** Dashboard and title. */
  readonly name: string
  readonly asker: string
  readonly kind: AskedQuery['kind']
  readonly hasData: boolean
}

/** A mark is the same on every dashboard, and listed once. */
export const listedAs = ({ name, asker, kind }: PanelAnswer): string => (kind === 'mark' ? `mark ${asker}` : name)

/** Panels and marks of all dashboards, and whether one of their queries answers with a number, over the last `seconds`. */
export async function askPanels(seconds: number): Promise<PanelAnswer[]> {
  const answers = new Map<string, PanelAnswer>()
  for (const query of boards.flatMap(board => findQueries(board))) {
    const name = `${query.board}: ${query.kind === 'panel' ? '' : `${query.kind} `}${query.asker}`
    const before = answers.get(name)
    if (before?.hasData) continue
    answers.set(name, { name, asker: query.asker, kind: query.kind, hasData: await hasData(query, seconds) })
  }
  return [...answers.values()]
}

async function hasData({ expr, instant }: AskedQuery, seconds: number): Promise<boolean> {
  const end = Date.now() / 1000
  const url = instant
    ? `${urls.prometheus}/api/v1/query`
    : `${urls.prometheus}/api/v1/query_range?start=${end - seconds}&end=${end}&step=5`
  const { body } = await ask(url, { method: 'POST', body: new URLSearchParams({ query: expr }) })
  if (body.status !== 'success') throw new Error(`${expr}: ${body.error}`)
  const series: { value?: [number, string]; values?: [number, string][] }[] = body.data.result
  return series.some(({ value, values }) => [value, ...(values ?? [])].some(point => point && point[1] !== 'NaN'))
}
