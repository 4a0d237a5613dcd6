// What all our dashboards share: the variables, the marks of alerts and faults on every graph, and the links to one another.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import type * as stat from '@grafana/grafana-foundation-sdk/stat'
import { buildStat, metricsSource, variable } from './panels.ts'

/** The tag by which the dashboards find one another. */
const tag = 'techmart'

const sourceVariable = (name: string, label: string, type: string) =>
  new dashboard.DatasourceVariableBuilder(name).label(label).type(type).allowCustomValue(false)

/** Points that follow one another at the query's step become one region. */
const mark = (name: string, expr: string, titleFormat: string, iconColor: string, step = '10s') =>
  new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(metricsSource)
    .enable(true)
    .iconColor(iconColor)
    .expr(expr)
    .titleFormat(titleFormat)
    .step(step)
    .target(new prometheus.DataqueryBuilder().refId('Mark').expr(expr).datasource(metricsSource))

/** Warnings last for hours, and would colour every graph: they are there to be switched on. */
const markAlerts = (name: string, severity: string, color: string, labels = '') =>
  mark(
    name,
    `ALERTS{${[`alertstate="firing", severity=~"${severity}"`, labels].filter(Boolean).join(', ')}}`,
    '{{alertname}} {{cuj_name}} {{slo}}',
    color,
  )

/** There over the whole span that was filled with made-up history before the first start, and not after it. */
const sampleData = 'max(techmart:sample_data:info)'

/** The last sample of it stands up to five minutes before its end; a range that begins between the two has it in view, too. */
const inView =
  'max(max_over_time(techmart:sample_data:info[$__range])) or max(techmart:sample_data:info offset $__range)'

/** Says in words what the blue region means, on every dashboard that may show days. */
export const sampleDataNote = (width: number): stat.PanelBuilder =>
  buildStat({
    title: 'Sample data',
    description:
      'Whether some of what you look at was made up before the first start, so that there is history to look at; the blue region shows which part. Both are good: none means that all of it was measured here.',
    queries: [{ expr: `${inView} or vector(0)`, legend: 'sample data' }],
    width,
    unit: 'none',
    steps: [[null, 'blue']],
    says: { 0: { text: 'none', color: 'green' }, 1: { text: 'in view', color: 'blue' } },
  })

export interface FrameWords {
  readonly uid: string
  readonly title: string
  readonly description: string
  /** The file that a change belongs in. */
  readonly source: string
  readonly from: string
  /** Marks only the alerts with these labels. */
  readonly alerts?: string
}

export function buildFrame(words: FrameWords): dashboard.DashboardBuilder {
  return new dashboard.DashboardBuilder(words.title)
    .uid(words.uid)
    .description(
      `${words.description} Compiled from scripts/dashboards/${words.source} by \`make slo\`: change it there.`,
    )
    .tags([tag])
    .time({ from: words.from, to: 'now' })
    .refresh('10s')
    .timezone('browser')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .readonly()
    .withVariable(sourceVariable('datasource', 'Metrics', 'prometheus'))
    .withVariable(sourceVariable('traces', 'Traces', 'tempo'))
    .withVariable(sourceVariable('logs', 'Logs', 'loki'))
    .annotation(markAlerts('Pages', 'critical', 'red', words.alerts))
    .annotation(markAlerts('Warnings', 'warning|ticket', 'yellow', words.alerts).enable(false))
    .annotation(mark('Faults', 'max by (scenario) (lab_fault_active) > 0', 'Fault: {{scenario}}', 'orange'))
    .annotation(
      mark('Deployments', 'max by (service, kind) (lab_deploy_mark) > 0', '{{kind}} of {{service}}', 'purple'),
    )
    .annotation(mark('Sample data', sampleData, 'Sample data: made up before the first start', 'blue', '5m'))
    .link(
      new dashboard.DashboardLinkBuilder('TechMart dashboards')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .keepTime(true),
    )
}

/** The values of a label that a series has had in the dashboard's time range. */
export const labelVariable = (name: string, label: string, series: string, source = name) =>
  new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(metricsSource)
    .query({ qryType: 1, query: `label_values(${series}, ${source})`, refId: `${name}-values` })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: 'All', value: '$__all' })

/** Encodes an address, but for the variables in it: Grafana fills them in before the address is used. */
const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(/%24%7B([\w.]+(?:%3A\w+)?)%7D/g, (_all, name: string) =>
    variable(decodeURIComponent(name)),
  )

/** Opens Explore in the dashboard's time range. */
function exploreLink(title: string, source: 'traces' | 'logs', query: Record<string, unknown>) {
  const panes = {
    a: {
      datasource: variable(source),
      queries: [{ refId: 'A', ...query }],
      range: { from: variable('__from'), to: variable('__to') },
    },
  }
  return new dashboard.DashboardLinkBuilder(title)
    .type(dashboard.DashboardLinkType.Link)
    .url(`/explore?schemaVersion=1&orgId=1&panes=${encode(JSON.stringify(panes))}`)
    .targetBlank(true)
}

export const tracesLink = (title: string, traceQl: string) =>
  exploreLink(title, 'traces', {
    datasource: { type: 'tempo', uid: variable('traces') },
    queryType: 'traceql',
    query: traceQl,
    limit: 20,
  })

export const logsLink = (title: string, logQl: string) =>
  exploreLink(title, 'logs', { datasource: { type: 'loki', uid: variable('logs') }, expr: logQl })
