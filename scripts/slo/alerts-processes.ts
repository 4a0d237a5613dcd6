// Alerts about what must run: our processes, the machinery, Postgres and Kafka, the edge as a customer sees it, the disk.
import { expectedJob, notJustStarted, percentValue, toAlert } from './alert-words.ts'
import type { RecordingRule } from './rule.ts'
import type { ExpectedJobs } from './services.ts'

export function buildExpectedJobs({ services, machinery }: ExpectedJobs): RecordingRule[] {
  const row = (job: string, part: string): RecordingRule => ({
    record: expectedJob,
    expr: 'vector(1)',
    labels: { job, part },
  })
  return [...services.map(job => row(job, 'service')), ...machinery.map(job => row(job, 'machinery'))]
}

export const serviceDown = toAlert({
  alert: 'ServiceDown',
  severity: 'warning',
  // absent() would need a rule a job; this names whichever job has no process that answers.
  expr: `${expectedJob}{part="service"} unless on (job) (up == 1)\n${notJustStarted}`,
  for: '10s',
  summary: '{{ $labels.job }} is down: no process of it answers',
  description:
    'Prometheus has reached no process of {{ $labels.job }} for more than 10 seconds. Journeys that need it fail or wait; their own alerts say how badly.',
  query: 'sum by (job) (up)',
})

export const machineryDown = toAlert({
  alert: 'MachineryDown',
  severity: 'warning',
  expr: `${expectedJob}{part="machinery", job!="otel-collector"} unless on (job) (up == 1)\n${notJustStarted}`,
  for: '30s',
  summary: '{{ $labels.job }} is down: part of the observability is missing',
  description:
    'Prometheus has not reached {{ $labels.job }} for more than 30 seconds. Customers do not feel it; whoever looks for a cause does.',
  query: 'sum by (job) (up)',
})

/** The lab service's newest word, and none that is older than two scrapes: who has not been heard since says nothing any more. */
const saysNo = (gauge: string): string => `max(last_over_time(${gauge}[11s])) == 0\n${notJustStarted}`

// Causes: they are there within twenty seconds, before the pages of the journeys that they explain, and Alertmanager mutes
// those (alertmanager.yml). The lab service says 0 only after two questions without an answer, eight seconds after the death at worst
// (services/lab/src/presence.ts); a scrape and a look at the rules later, at worst five seconds each, the alert is there: 18 s. So one
// sample is enough, and has to be: a second one would come too late.
export const postgresDown = toAlert({
  alert: 'PostgresDown',
  severity: 'critical',
  expr: saysNo('postgres_up'),
  summary: 'Postgres is down: every journey fails',
  description:
    'The lab service has got no answer from Postgres twice in a row. No journey works without it; their own pages are muted while this one stands, and it stands until the failures have left their short window.',
  query: 'postgres_up',
})

export const kafkaDown = toAlert({
  alert: 'KafkaDown',
  severity: 'critical',
  expr: saysNo('kafka_up'),
  summary: 'Kafka is down: mails and uploads wait',
  description:
    'The lab service has got no answer from Kafka twice in a row. Orders and uploads are taken and wait in the outbox; nothing is lost. The pages of late upload jobs are muted while this one stands, and it stands until the wait has left their short window.',
  query: 'kafka_up',
})

/** k6 writes status 0 for a request that got no answer at all; a 5xx of a living gateway is an answer. */
const unanswered = 'sum(increase(k6_journey_responses_total{job="k6", status="0"}[30s]))'
const asked = 'sum(increase(k6_journey_responses_total{job="k6"}[30s]))'

/** A restarting gateway turns a few away; a second of default traffic is ten. */
const unansweredAtLeast = 10

/** Most shoppers: fewer is a stumbling edge, which the journeys' own alerts measure better. */
const unansweredShare = 0.5

export const gatewayUnreachable = toAlert({
  comment: 'Only from outside can a dead edge be seen: it can neither answer nor count. Without shoppers nobody looks.',
  alert: 'GatewayUnreachable',
  severity: 'critical',
  expr: `${unanswered} / (${asked} > 0) > ${unansweredShare}
and on () ${unanswered} >= ${unansweredAtLeast}
${notJustStarted}`,
  for: '10s',
  summary: 'The store does not answer: customers reach nothing at all',
  description: `${percentValue} of the shoppers' requests got no answer in the last 30 seconds: no connection, or silence until they gave up. Where the gateway is dead nobody counts its failures; this is seen by the shoppers themselves (k6).`,
  query: 'sum by (status) (rate(k6_journey_responses_total{job="k6"}[30s]))',
})

/** A busy machine makes 0.2 s of it now and then; half a second is felt by whoever asks. */
const blockedSeconds = 0.5
/** Three scrapes on end: a start, or one large collection of garbage, is one. */
const blockedScrapes = 3
/** What stands still answers its scrape up to four seconds late: twenty hold three at any time, sixteen do so by luck. */
const longestTurn = 'nodejs_eventloop_lag_max_seconds[20s]'

export const eventLoopBlocked = toAlert({
  alert: 'EventLoopBlocked',
  severity: 'warning',
  // The 99th percentile would not see it: a loop that stands still has few turns, nearly all of them short.
  expr: `max by (service) (min_over_time(${longestTurn}) and count_over_time(${longestTurn}) >= ${blockedScrapes}) > ${blockedSeconds}\n${notJustStarted}`,
  for: '10s',
  summary: '{{ $labels.service }} stands still again and again: whoever asks it waits',
  description:
    'In every five seconds {{ $labels.service }} stands still for {{ $value | humanizeDuration }} or more. All of its requests share that one thread: something synchronous keeps it, or it gets no CPU.',
  query: 'max by (service) (nodejs_eventloop_lag_max_seconds)',
})

/** A healthy service of ours lives with half to two thirds of its heap; near the end it collects garbage all the time. */
const heapShare = 0.8

export const heapFilling = toAlert({
  comment: 'A whole minute, so that what the next collection takes away is not mistaken for a leak.',
  alert: 'HeapFilling',
  severity: 'warning',
  expr: `max by (service) (min_over_time(nodejs_heap_size_used_bytes[1m]) / nodejs_heap_size_limit_bytes) > ${heapShare}\n${notJustStarted}`,
  summary: "{{ $labels.service }}'s memory fills: it is going to slow down, then to end and start again",
  description: `${percentValue} of {{ $labels.service }}'s heap have been in use for a whole minute, at its lowest. At the limit Node ends the process, and requests at hand fail.`,
  query: 'max by (service) (nodejs_heap_size_used_bytes / nodejs_heap_size_limit_bytes)',
})

const freeBytes = 'sum by (mountpoint) (system_filesystem_usage_bytes{job="host", state="free"})'
/** What is kept back for root (`reserved`) nobody here can use. */
const allBytes = 'sum by (mountpoint) (system_filesystem_usage_bytes{job="host", state=~"free|used"})'

/** So little that a compaction of Prometheus or a busy hour of Postgres may take the rest. */
const freeShareMin = 0.05

/** Above this a straight line through the last hour says more about a build or a download than about a full disk. */
const freeShareWatched = 0.2

/** Long enough to be told, to look, and to remove something. */
const fullWithinHours = 4

export const diskFilling = toAlert({
  alert: 'DiskFilling',
  severity: 'warning',
  expr: `(
  ${freeBytes} / ${allBytes} < ${freeShareMin}
  or
  ${freeBytes} / ${allBytes} < ${freeShareWatched}
  and
  sum by (mountpoint) (predict_linear(system_filesystem_usage_bytes{job="host", state="free"}[1h], ${fullWithinHours} * 3600)) < 0
)
${notJustStarted}`,
  for: '1m',
  summary: 'The disk is nearly full: soon nothing can be stored, and orders fail',
  description: `${percentValue} of the disk that holds the lab's volumes are free: under ${freeShareMin * 100} %, or going to be nothing within ${fullWithinHours} hours at the pace of the last one. A full disk stops Postgres first, and with it every journey.`,
  query: `${freeBytes} / ${allBytes}`,
})
