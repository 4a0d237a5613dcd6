// Tables: one row for each set of labels, one column for each query.
import * as common from '@grafana/grafana-foundation-sdk/common'
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import * as table from '@grafana/grafana-foundation-sdk/table'
import { instantTargets, metricsSource, type PanelWords, type Query, refId, type Step } from './panels.ts'

/** How one column of a table looks. Without steps it has no colour. */
export interface Column {
  readonly query: Query
  readonly unit: string
  readonly decimals?: number
  readonly steps?: readonly Step[]
  /** Draws the value as a bar up to this maximum. */
  readonly barTo?: number
  /** Words for values that are no quantity, by value. */
  readonly says?: Readonly<Record<string, { readonly text: string }>>
}

interface TableWords extends Omit<PanelWords, 'queries'> {
  /** The labels that make a row, with the heading of each. */
  readonly rows: Readonly<Record<string, string>>
  readonly columns: readonly Column[]
  /** Stand behind the first column, so that the others are numbers and not a page of links. */
  readonly links?: readonly dashboard.DashboardLinkBuilder[]
  /** By these columns, the first one first. */
  readonly sortBy?: readonly { readonly column: string; readonly descending: boolean }[]
  readonly noValue?: string
}

function columnLook({ unit, decimals, steps, barTo, says }: Column): dashboard.DynamicConfigValue[] {
  return [
    { id: 'unit', value: unit },
    // The panel's words for "nothing at all" would else stand in every empty cell.
    { id: 'noValue', value: '–' },
    ...(says === undefined ? [] : [{ id: 'mappings', value: [{ type: 'value', options: says }] }]),
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(steps
      ? [
          { id: 'thresholds', value: { mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) } },
          { id: 'color', value: { mode: 'thresholds' } },
          {
            id: 'custom.cellOptions',
            value:
              barTo === undefined ? { type: 'color-text' } : { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' },
          },
        ]
      : []),
    ...(barTo === undefined
      ? []
      : [
          { id: 'min', value: 0 },
          { id: 'max', value: barTo },
        ]),
  ]
}

/** One row for each set of labels that the columns' queries share. */
export function buildTable(words: TableWords): table.PanelBuilder {
  const labels = Object.keys(words.rows)
  const valueField = (index: number) => (words.columns.length === 1 ? 'Value' : `Value #${refId(index)}`)
  const renameByName = {
    ...words.rows,
    ...Object.fromEntries(words.columns.map(({ query }, index) => [valueField(index), query.legend])),
  }
  const indexByName = Object.fromEntries(
    [...labels, ...words.columns.map((_column, index) => valueField(index))].map((name, index) => [name, index]),
  )
  const queries = words.columns.map(column => column.query)
  const panel = new table.PanelBuilder()
    .title(words.title)
    .description(words.description)
    .datasource(metricsSource)
    .targets(instantTargets(queries, prometheus.PromQueryFormat.Table))
    .span(words.width)
    .height(words.height ?? 8)
    // Else a column takes 150 pixels at least, and the last ones fall off a small screen.
    .minWidth(80)
    .transformations([
      { id: 'merge', options: {} },
      { id: 'filterFieldsByName', options: { include: { pattern: `^(${labels.join('|')}|Value.*)$` } } },
      { id: 'organize', options: { excludeByName: {}, indexByName, renameByName } },
    ])
  for (const column of words.columns) panel.overrideByName(column.query.legend, columnLook(column))
  if (words.noValue !== undefined) panel.noValue(words.noValue)
  const firstColumn = Object.values(words.rows)[0]
  if (firstColumn !== undefined) {
    const links = (words.links ?? []).map(link => link.build())
    panel.overrideByName(firstColumn, [
      // The longest name of a journey, in pixels.
      { id: 'custom.width', value: 170 },
      { id: 'links', value: links.map(({ title, url, targetBlank }) => ({ title, url, targetBlank })) },
    ])
  }
  panel.sortBy(
    (words.sortBy ?? []).map(({ column, descending }) =>
      new common.TableSortByFieldStateBuilder().displayName(column).desc(descending),
    ),
  )
  return panel
}
