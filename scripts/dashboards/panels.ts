// The few kinds of panel that our dashboards are made of. Each panel has a title, a description that says what good looks like,
// and its queries; every one asks the datasource that is chosen above, so that no dashboard knows a datasource by its uid.
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as table from '@grafana/grafana-foundation-sdk/table'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'

/** A variable of Grafana's, as it stands in queries and addresses. */
export const variable = (name: string): string => `\${${name}}`

export const metricsSource: common.DataSourceRef = { type: 'prometheus', uid: variable('datasource') }

export interface Query {
  readonly expr: string
  /** `{{label}}` in it is replaced; for a table it names the column. */
  readonly legend: string
  /** Asks for exemplars as well: each is a dot that opens its trace. */
  readonly exemplars?: boolean
}

interface PanelWords {
  readonly title: string
  /** What it shows, and what good looks like. */
  readonly description: string
  readonly queries: readonly Query[]
  readonly width: number
  readonly height?: number
}

const refId = (index: number): string => String.fromCharCode(65 + index)

function buildTarget(query: Query, index: number): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder()
    .datasource(metricsSource)
    .editorMode(prometheus.QueryEditorMode.Code)
    .refId(refId(index))
    .expr(query.expr)
    .legendFormat(query.legend)
    .exemplar(query.exemplars ?? false)
}

const rangeTargets = (queries: readonly Query[]) =>
  queries.map((query, index) => buildTarget(query, index).range().format(prometheus.PromQueryFormat.TimeSeries))

const instantTargets = (queries: readonly Query[], format: prometheus.PromQueryFormat) =>
  queries.map((query, index) => buildTarget(query, index).instant().format(format))

export type Step = readonly [from: number | null, color: string]

/** Shares of an error budget that are left: below 0 the promise is broken. */
export const budgetSteps: readonly Step[] = [
  [null, 'red'],
  [0, 'orange'],
  [0.25, 'yellow'],
  [0.5, 'green'],
]

export const statusColors = { OK: 'green', ERROR: 'red', UNSET: 'blue' } as const

const toThresholds = (steps: readonly Step[]) =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([value, color]) => ({ value, color })))

const byThresholds = () => new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds)

/**
 * A line that is a promise, not a measurement: dashed, in one colour, without filling. The pattern stands between slashes:
 * without them Grafana takes it for the whole legend.
 */
const promiseLine = (pattern: `/${string}/`): { pattern: string; properties: dashboard.DynamicConfigValue[] } => ({
  pattern,
  properties: [
    { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
    { id: 'custom.lineWidth', value: 2 },
    { id: 'custom.fillOpacity', value: 0 },
    { id: 'custom.stacking', value: { mode: 'none' } },
  ],
})

interface GraphWords extends PanelWords {
  readonly unit: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly stacked?: boolean
  /** What legends are shown without: labels of spans have a prefix that says nothing. */
  readonly without?: `/${string}/`
  /** The axis reaches at least this far: where all is 0, Grafana would else draw one up to 100. */
  readonly softMax?: number
  /** For what lies between milliseconds and seconds: one slow minute would press all others flat. */
  readonly logarithmic?: boolean
  /** Many lines, or long names: a table beside the graph, the highest first. */
  readonly legendBeside?: boolean
  /** The shortest step: shares and percentiles of a handful of events jump about. */
  readonly minStep?: string
  /** Matches the legends of lines that are promises. */
  readonly promises?: `/${string}/`
  /** Colours by legend, where a colour means something. */
  readonly colors?: Readonly<Record<string, string>>
  readonly links?: readonly dashboard.DashboardLinkBuilder[]
}

function buildLegend({ legendBeside }: GraphWords): common.VizLegendOptionsBuilder {
  const legend = new common.VizLegendOptionsBuilder().showLegend(true)
  if (legendBeside) {
    return legend
      .displayMode(common.LegendDisplayMode.Table)
      .placement(common.LegendPlacement.Right)
      .calcs(['mean'])
      .sortBy('Mean')
      .sortDesc(true)
  }
  return legend.displayMode(common.LegendDisplayMode.List).placement(common.LegendPlacement.Bottom)
}

export function buildGraph(words: GraphWords): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .title(words.title)
    .description(words.description)
    .datasource(metricsSource)
    .targets(rangeTargets(words.queries))
    .span(words.width)
    .height(words.height ?? 8)
    .unit(words.unit)
    // In a stack a line of zeros would lie on its neighbour and hide it.
    .lineWidth(words.stacked ? 0 : 1)
    .fillOpacity(words.stacked ? 60 : 0)
    .showPoints(common.VisibilityMode.Never)
    // A gap of a minute is an outage of the measurement, and stays a gap.
    .spanNulls(60_000)
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassicByName))
    .legend(buildLegend(words))
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    )
  if (words.decimals !== undefined) panel.decimals(words.decimals)
  if (words.min !== undefined) panel.min(words.min)
  if (words.max !== undefined) panel.max(words.max)
  if (words.minStep !== undefined) panel.interval(words.minStep)
  if (words.softMax !== undefined) panel.axisSoftMax(words.softMax)
  if (words.logarithmic) {
    panel.scaleDistribution(new common.ScaleDistributionConfigBuilder().type(common.ScaleDistribution.Log).log(10))
  }
  if (words.without) {
    panel.transformations([{ id: 'renameByRegex', options: { regex: words.without, renamePattern: '' } }])
  }
  if (words.stacked) panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal))
  for (const [name, fixedColor] of Object.entries(words.colors ?? {})) {
    panel.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }])
  }
  if (words.promises) {
    const { pattern, properties } = promiseLine(words.promises)
    panel.overrideByRegexp(pattern, properties)
  }
  if (words.links) panel.dataLinks([...words.links])
  return panel
}

interface StatWords extends PanelWords {
  readonly unit: string
  readonly decimals?: number
  readonly steps: readonly Step[]
  readonly withGraph?: boolean
  /** Shows the legend although there is but one value. */
  readonly named?: boolean
  readonly noValue?: string
}

export function buildStat(words: StatWords): stat.PanelBuilder {
  const panel = new stat.PanelBuilder()
    .title(words.title)
    .description(words.description)
    .datasource(metricsSource)
    .targets(
      words.withGraph
        ? rangeTargets(words.queries)
        : instantTargets(words.queries, prometheus.PromQueryFormat.TimeSeries),
    )
    .span(words.width)
    .height(words.height ?? 4)
    .unit(words.unit)
    .thresholds(toThresholds(words.steps))
    .colorScheme(byThresholds())
    .colorMode(common.BigValueColorMode.Value)
    .textMode(words.named ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Auto)
    .graphMode(words.withGraph ? common.BigValueGraphMode.Area : common.BigValueGraphMode.None)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
  if (words.decimals !== undefined) panel.decimals(words.decimals)
  if (words.noValue !== undefined) panel.noValue(words.noValue)
  return panel
}

/** How one column of a table looks. Without steps it has no colour. */
export interface Column {
  readonly query: Query
  readonly unit: string
  readonly decimals?: number
  readonly steps?: readonly Step[]
  /** Draws the value as a bar up to this maximum. */
  readonly barTo?: number
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

function columnLook({ unit, decimals, steps, barTo }: Column): dashboard.DynamicConfigValue[] {
  return [
    { id: 'unit', value: unit },
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
      { id: 'custom.width', value: 150 },
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
