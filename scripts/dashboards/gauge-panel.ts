// Gauges: how much is left of something that has an end.
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as gauge from '@grafana/grafana-foundation-sdk/gauge'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import { byThresholds, instantTargets, metricsSource, type PanelWords, type Step, toThresholds } from './panels.ts'

interface GaugeWords extends PanelWords {
  readonly unit: string
  readonly decimals?: number
  readonly min: number
  readonly max: number
  readonly steps: readonly Step[]
  readonly noValue?: string
}

/** One gauge for each value of the queries. */
export function buildGauge(words: GaugeWords): gauge.PanelBuilder {
  const panel = new gauge.PanelBuilder()
    .title(words.title)
    .description(words.description)
    .datasource(metricsSource)
    .targets(instantTargets(words.queries, prometheus.PromQueryFormat.TimeSeries))
    .span(words.width)
    .height(words.height ?? 6)
    .unit(words.unit)
    .min(words.min)
    .max(words.max)
    .thresholds(toThresholds(words.steps))
    .colorScheme(byThresholds())
    .showThresholdLabels(false)
    .showThresholdMarkers(true)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
  if (words.decimals !== undefined) panel.decimals(words.decimals)
  if (words.noValue !== undefined) panel.noValue(words.noValue)
  return panel
}
