// Alerts about counting: is the collector there, does it take and pass on what it gets, is every journey counted and judged.
import { expectedJob, notJustStarted, percentValue, toAlert, wholeValue } from './alert-words.ts'
import { series, spans } from './names.ts'
import type { AlertingRule } from './rule.ts'
import { toDuration } from './spec-reader.ts'
import type { Tier } from './windows.ts'

export const collectorDown = toAlert({
  alert: 'CollectorDown',
  severity: 'critical',
  expr: `${expectedJob}{job="otel-collector"} unless on (job) (up == 1)\n${notJustStarted}`,
  for: '15s',
  summary: 'The collector is down: nobody counts, so no journey can page',
  description:
    'Prometheus has not reached the collector for more than 15 seconds. Journeys are not counted until it is back: silence of the SLO alerts means nothing now. Services keep their spans for about a minute.',
  query: 'up{job="otel-collector"}',
})

export const journeysNotCounted = toAlert({
  comment:
    'A rule that matches nothing is silent for ever. What api itself reports (scraped) must show up in what is counted (pushed).',
  alert: 'JourneysNotCounted',
  severity: 'critical',
  expr: `sum(rate(http_requests_total{service="api", route=~"/api/.+"}[2m])) > 0.2
unless on ()
sum(rate(${spans.all}[2m])) > 0
${notJustStarted}`,
  for: '1m',
  summary: 'Customers are served, but no journey is counted: no journey can page',
  description:
    'api reports {{ $value | printf "%.1f" }} requests a second, and for more than a minute no span named cuj.<journey> has reached the rules. Telemetry is lost between the services and Prometheus, or a name has changed.',
})

/** `window`: the fast tier's short one, whose counts are the freshest. */
export const latencyNotCounted = (window: string): AlertingRule =>
  toAlert({
    alert: 'LatencyNotCounted',
    severity: 'warning',
    expr: `${series.total(window)}{slo="latency"} > 0
unless on (cuj_name)
${series.bad(window)}{slo="latency"}`,
    for: '1m',
    summary: "{{ $labels.cuj_name }}'s latency is not judged: no bucket matches its threshold",
    description:
      'Events of {{ $labels.cuj_name }} are timed, but the histogram has no bucket at the threshold of its objective. The buckets in collector/config.yaml and the thresholds in prometheus/slo/objectives.yml have parted.',
    query: series.latencyThreshold,
    ofJourney: true,
  })

/** Events that its usual pace lets one expect in the short window: with five, chance alone gives none in one case of 150. */
const expectedEvents = 5
/** The gateway serves: at least this many requests a second, in each tenth of the short window. */
const servedPerSecond = 0.2
/** When the shoppers go home every journey falls silent, and none has vanished: the gateway must be nearly as busy as it was. */
const servedShare = 0.25
/** Prometheus asks the collector every five seconds; one answer in ten may be late. */
const scrapeSeconds = 5

/** Had events in the tier's long window, none in the short one, while the edge served all the time and the collector counted. */
export function journeyVanished({ short, long }: Tier): AlertingRule {
  const step = toDuration(`${short.window.seconds / 10}s`)
  if (!step) throw new Error(`A tenth of ${short.window.text} is no whole number of seconds.`)
  const eventsAtLeast = Math.ceil((expectedEvents * long.window.seconds) / short.window.seconds)
  const served = 'gateway_requests_total{route=~"/api/.+"}'
  const scrapes = Math.floor((0.9 * short.window.seconds) / scrapeSeconds)
  return toAlert({
    comment: `${eventsAtLeast} events in ${long.window.text}: so many that ${expectedEvents} are due in ${short.window.text}. After a pause of the stack the short window must have been served from end to end.`,
    alert: 'JourneyVanished',
    severity: 'warning',
    expr: `${series.total(long.window.text)}{slo="availability"} >= ${eventsAtLeast}
unless on (cuj_name)
${series.total(short.window.text)}{slo="availability"} > 0
and on ()
sum(${series.total(short.window.text)}{slo="availability"}) > 0
and on ()
count_over_time((sum(rate(${served}[30s])) > ${servedPerSecond})[${short.window.text}:${step.text}]) >= 10
and on ()
sum(rate(${served}[${short.window.text}])) > ${servedShare} * sum(rate(${served}[${long.window.text}]))
and on ()
max(sum_over_time(up{job="otel-collector"}[${short.window.text}])) >= ${scrapes}`,
    for: '15s',
    summary: '{{ $labels.cuj_name }} has vanished: customers do other things, and nobody does this any more',
    description: `${wholeValue} events of {{ $labels.cuj_name }} were counted in the last ${long.window.text} and none in the last ${short.window.text}, while the store served other requests and the collector counted them. The way to it is broken before anything can fail, or it is no longer counted.`,
    query: `${series.total(short.window.text)}{slo="availability"}`,
    ofJourney: true,
  })
}

const signals = ['spans', 'metric_points', 'log_records'] as const

/** The same figure of the collector for each signal, told apart by a label; `by` is who refused or dropped. */
const perSignal = (metric: string, by: string): string =>
  signals
    .map(
      signal =>
        `sum by (${by}, signal) (label_replace(increase(${metric}_${signal}[1m]), "signal", "${signal}", "", ""))`,
    )
    .join('\nor\n')

const indented = (text: string): string => text.replace(/^/gm, '  ')

export const collectorRefusing = toAlert({
  alert: 'CollectorRefusing',
  severity: 'warning',
  expr: `(\n${indented(perSignal('otelcol_receiver_refused', 'receiver'))}\n) > 0`,
  for: '15s',
  summary: 'The collector refuses {{ $labels.signal }}: counts, and with them the SLO alerts, fall behind',
  description: `${wholeValue} {{ $labels.signal }} were refused at {{ $labels.receiver }} in the last minute: the collector is at its memory limit, or what it hands them to says no. Services keep them for about a minute and try again; then they are lost, uncounted.`,
  query: 'sum by (receiver) (rate(otelcol_receiver_refused_spans[1m]))',
})

export const collectorDropping = toAlert({
  comment: 'A full queue (enqueue) or an answer that no retry mends (send): either way it is gone.',
  alert: 'CollectorDropping',
  severity: 'warning',
  expr: `(
${indented(`${perSignal('otelcol_exporter_enqueue_failed', 'exporter')}`)}
) > 0
or
(
${indented(`${perSignal('otelcol_exporter_send_failed', 'exporter')}`)}
) > 0`,
  for: '15s',
  summary: 'The collector throws {{ $labels.signal }} away: whoever looks for a cause will miss them',
  description: `${wholeValue} {{ $labels.signal }} for {{ $labels.exporter }} were lost in the last minute: its queue is full, or its store refuses them for good. Spans of a full trace queue are counted all the same; lost metric points are lost counts.`,
  query: 'sum by (exporter) (rate(otelcol_exporter_enqueue_failed_spans[1m]))',
})

/** Half: as long again until it is full, when the store went away a while ago. */
const queueShare = 0.5

export const collectorQueueFilling = toAlert({
  alert: 'CollectorQueueFilling',
  severity: 'warning',
  expr: `max by (exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity) > ${queueShare}`,
  for: '30s',
  summary: "The collector's queue to {{ $labels.exporter }} fills: soon telemetry is thrown away",
  description: `${percentValue} of the queue on disk are used: the store behind {{ $labels.exporter }} is away or too slow. Nothing is lost until it is full; then new traces, logs or metrics of customers' requests are.`,
  query: 'max by (exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)',
})
