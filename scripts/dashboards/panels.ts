// The few kinds of panel that our dashboards are made of. Each panel has a title, a description that says what good looks like,
// and its queries; every one asks the datasource that is chosen above, so that no dashboard knows a datasource by its uid.
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
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

export interface PanelWords {
  readonly title: string
  /** What it shows, and what good looks like. */
  readonly description: string
  readonly queries: readonly Query[]
  readonly width: number
  readonly height?: number
}

export const refId = (index: number): string => String.fromCharCode(65 + index)

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

export const instantTargets = (queries: readonly Query[], format: prometheus.PromQueryFormat) =>
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

export const toThresholds = (steps: readonly Step[]) =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([value, color]) => ({ value, color })))

export const byThresholds = () => new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds)

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
  /** From which value on it is good, bad and so on: a dashed line at each, and a tint between them. */
  readonly steps?: readonly Step[]
  /** Stands in place of lines where nothing has happened. */
  readonly noValue?: string
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
  if (words.steps) {
    panel
      .thresholds(toThresholds(words.steps))
      .thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.DashedAndArea),
      )
  }
  if (words.noValue !== undefined) panel.noValue(words.noValue)
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
  /** Words for values that are no quantity, by value. */
  readonly says?: Readonly<Record<string, { readonly text: string; readonly color: string }>>
  /** Colours of whole queries: for limits that are read from a series, and differ from value to value. */
  readonly queryColors?: readonly string[]
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
  if (words.says) {
    panel.mappings([{ type: dashboard.MappingType.ValueToText, options: words.says }])
  }
  words.queryColors?.forEach((fixedColor, index) => {
    panel.overrideByQuery(refId(index), [{ id: 'color', value: { mode: 'fixed', fixedColor } }])
  })
  return panel
}
