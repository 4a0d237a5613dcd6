// "Is a service sick?" Requests as its callers see them, what it depends on, and the health of its processes.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { buildFrame, labelVariable, logsLink, tracesLink } from './frame.ts'
import { buildGraph, buildStat, variable } from './panels.ts'

const served = 'service_name=~"$service", span_kind="SPAN_KIND_SERVER"'
const rateOf = (metric: string, labels: string) => `rate(${metric}{${labels}}[$__rate_interval])`
const scraped = 'service=~"$service"'

const links = [
  logsLink('Its error logs', `{service_name=~"${variable('service:regex')}"} | detected_level="error"`),
  tracesLink('Its failed spans', `{ resource.service.name =~ "${variable('service:regex')}" && status = error }`),
]

const panels = [
  buildStat({
    title: 'Processes that answer',
    description:
      'Processes of each service that Prometheus reaches. Good is at least one of each; a stopped one disappears from here.',
    queries: [{ expr: `sum by (service) (up{${scraped}})`, legend: '{{service}}' }],
    width: 16,
    height: 5,
    unit: 'none',
    steps: [
      [null, 'red'],
      [1, 'green'],
    ],
  }),
  buildStat({
    title: 'Dependencies that do not answer',
    description: 'Pairs of a service and something that it depends on, where the service gets no answer. Good is 0.',
    queries: [
      {
        expr: `count by (service, dependency) (dependency_up{${scraped}} == 0) or on () label_replace(vector(0), "service", "none", "", "")`,
        legend: '{{service}} {{dependency}}',
      },
    ],
    named: true,
    width: 8,
    height: 5,
    unit: 'none',
    steps: [
      [null, 'green'],
      [1, 'red'],
    ],
  }),
  buildGraph({
    title: 'Requests a second',
    description: 'As counted from server spans. Good is steady, and like its callers.',
    queries: [
      { expr: `sum by (service_name) (${rateOf('techmart_calls_total', served)})`, legend: '{{service_name}}' },
    ],
    width: 8,
    unit: 'reqps',
    min: 0,
  }),
  buildGraph({
    title: 'Share of requests that failed',
    description: 'Server spans that ended as an error: 5xx. Good is 0.',
    queries: [
      {
        expr: `sum by (service_name) (${rateOf('techmart_calls_total', `${served}, status_code="STATUS_CODE_ERROR"`)}) / sum by (service_name) (${rateOf('techmart_calls_total', served)}) or 0 * sum by (service_name) (${rateOf('techmart_calls_total', served)})`,
        legend: '{{service_name}}',
      },
    ],
    width: 8,
    unit: 'percentunit',
    min: 0,
    softMax: 0.005,
    links,
  }),
  buildGraph({
    title: 'How long 95 % take',
    description:
      'The 95th percentile of server spans. Good is flat. Each dot is one real request: click it for its trace.',
    queries: [
      {
        expr: `histogram_quantile(0.95, sum by (service_name, le) (${rateOf('techmart_duration_milliseconds_bucket', served)}))`,
        legend: '{{service_name}}',
        exemplars: true,
      },
    ],
    width: 8,
    unit: 'ms',
    logarithmic: true,
    minStep: '30s',
    links,
  }),
  buildGraph({
    title: 'Processor time',
    description:
      'The share of one core that the busiest process of each service uses. Good is well below 100 %: Node has one thread for its work.',
    queries: [
      {
        expr: `max by (service) (${rateOf('process_cpu_seconds_total', scraped)})`,
        legend: '{{service}}',
      },
    ],
    width: 8,
    unit: 'percentunit',
    min: 0,
  }),
  buildGraph({
    title: 'Memory',
    description:
      'Resident memory of the largest process of each service. Good is flat after the first minutes; a slope that does not end is a leak.',
    queries: [
      {
        expr: `max by (service) (process_resident_memory_bytes{${scraped}})`,
        legend: '{{service}}',
      },
    ],
    width: 8,
    unit: 'bytes',
    min: 0,
  }),
  buildGraph({
    title: 'Event loop lag',
    description:
      'The 99th percentile of how late the event loop comes round. Good is some ten milliseconds; above a hundred something blocks it.',
    queries: [
      {
        expr: `max by (service) (nodejs_eventloop_lag_p99_seconds{${scraped}})`,
        legend: '{{service}}',
      },
    ],
    width: 8,
    unit: 's',
    logarithmic: true,
  }),
  buildGraph({
    title: 'Requests in flight',
    description:
      'Requests that wait for their answer. Good is a handful; a pile means that something behind does not answer.',
    queries: [{ expr: `sum by (service) (http_requests_in_flight{${scraped}})`, legend: '{{service}}' }],
    width: 8,
    unit: 'none',
    min: 0,
  }),
  buildGraph({
    title: 'Messages not handled yet',
    description:
      'What consumers have still to read, by topic and group. Good is near 0; a line that climbs is a consumer that is too slow, or dead.',
    queries: [{ expr: 'max by (topic, group) (kafka_consumer_lag)', legend: '{{topic}} {{group}}' }],
    width: 8,
    unit: 'none',
    min: 0,
  }),
  buildGraph({
    title: 'Telemetry that was given up',
    description:
      'Spans and log records a second that a service could not deliver for too long. Good is 0; else what you see here is not all there was.',
    queries: [
      {
        expr: `sum by (service) (${rateOf('telemetry_dropped_total', scraped)})`,
        legend: '{{service}}',
      },
    ],
    width: 8,
    unit: 'suffix:/s',
    min: 0,
    softMax: 1,
  }),
]

export function buildIsAServiceSick(): dashboard.Dashboard {
  const frame = buildFrame({
    uid: 'is-a-service-sick',
    title: 'Services: is one of them sick?',
    description: 'Requests, dependencies and processes of each service.',
    source: 'is-a-service-sick.ts',
    from: 'now-1h',
  }).withVariable(labelVariable('service', 'Service', 'http_requests_total'))
  for (const panel of panels) frame.withPanel(panel)
  return frame.build()
}
