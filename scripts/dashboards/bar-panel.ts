// Bars under one another: quantities of one kind that are to be compared, such as the steps of a way.
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge'
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import { byThresholds, instantTargets, metricsSource, type PanelWords, type Step, toThresholds } from './panels.ts'

interface BarWords extends PanelWords {
  readonly unit: string
  readonly decimals?: number
  /** Where a full bar ends; the largest value where absent. */
  readonly max?: number
  readonly steps: readonly Step[]
  readonly noValue?: string
}

/** One bar for each value of the queries, in their order. */
export function buildBars(words: BarWords): bargauge.PanelBuilder {
  const panel = new bargauge.PanelBuilder()
    .title(words.title)
    .description(words.description)
    .datasource(metricsSource)
    .targets(instantTargets(words.queries, prometheus.PromQueryFormat.TimeSeries))
    .span(words.width)
    .height(words.height ?? 8)
    .unit(words.unit)
    .min(0)
    .thresholds(toThresholds(words.steps))
    .colorScheme(byThresholds())
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Color)
    .namePlacement(common.BarGaugeNamePlacement.Left)
    .showUnfilled(true)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
  if (words.decimals !== undefined) panel.decimals(words.decimals)
  if (words.max !== undefined) panel.max(words.max)
  if (words.noValue !== undefined) panel.noValue(words.noValue)
  return panel
}
