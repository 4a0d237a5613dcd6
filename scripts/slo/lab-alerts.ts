// Alerts that guard the alerts: is anybody counting, are the rules evaluated, is anything delivered. And dead processes.
import { dashboardUrl, queryUrl, runbookUrl } from './annotations.ts'
import { series, spans } from './names.ts'
import type { AlertingRule, RecordingRule, RuleGroup } from './rule.ts'
import type { ExpectedJobs } from './services.ts'

interface AlertWords {
  readonly alert: string
  readonly severity: 'critical' | 'warning' | 'ticket' | 'none'
  readonly expr: string
  readonly for?: string
  readonly summary: string
  readonly description: string
  /** What the link opens; the alert's own expression where absent. */
  readonly query?: string
  readonly comment?: string
}

const toAlert = (words: AlertWords): AlertingRule => ({
  ...(words.comment ? { comment: words.comment } : {}),
  alert: words.alert,
  expr: words.expr,
  ...(words.for ? { for: words.for } : {}),
  labels: { severity: words.severity },
  annotations: {
    summary: words.summary,
    description: words.description,
    runbook_url: runbookUrl(words.alert),
    dashboard_url: dashboardUrl(),
    query_url: queryUrl(words.query ?? words.expr.replace(/\s+/g, ' ')),
  },
})

/** Prometheus starts before the others answer: its own first two minutes prove nothing. Without its own figures this holds nothing back. */
const notJustStarted = 'unless on () (time() - process_start_time_seconds{job="prometheus"} < 120)'

const expectedJob = 'techmart:expected_job:info'

function buildExpectedJobs({ services, machinery }: ExpectedJobs): RecordingRule[] {
  const row = (job: string, part: string): RecordingRule => ({
    record: expectedJob,
    expr: 'vector(1)',
    labels: { job, part },
  })
  return [...services.map(job => row(job, 'service')), ...machinery.map(job => row(job, 'machinery'))]
}

const watchdog = toAlert({
  alert: 'Watchdog',
  severity: 'none',
  expr: 'vector(1)',
  summary: 'Alerts travel: this one always fires',
  description:
    "The dead man's switch. It goes to a place of its own; when it stops coming, Prometheus, Alertmanager or the way between them is broken, and no other alert can be trusted to arrive.",
})

const serviceDown = toAlert({
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

const machineryDown = toAlert({
  alert: 'MachineryDown',
  severity: 'warning',
  expr: `${expectedJob}{part="machinery", job!="otel-collector"} unless on (job) (up == 1)\n${notJustStarted}`,
  for: '30s',
  summary: '{{ $labels.job }} is down: part of the observability is missing',
  description:
    'Prometheus has not reached {{ $labels.job }} for more than 30 seconds. Customers do not feel it; whoever looks for a cause does.',
  query: 'sum by (job) (up)',
})

/** Two scrapes in a row: one may fall into the moment in which the lab service itself begins. */
const saysNo = (gauge: string): string =>
  `max(max_over_time(${gauge}[11s])) == 0\nand on () max(count_over_time(${gauge}[11s])) >= 2\n${notJustStarted}`

// Causes: they are there within twenty seconds, before the pages of the journeys that they explain, and Alertmanager mutes
// those (alertmanager.yml). The lab service asks both servers every five seconds.
const postgresDown = toAlert({
  alert: 'PostgresDown',
  severity: 'critical',
  expr: saysNo('postgres_up'),
  summary: 'Postgres is down: every journey fails',
  description:
    'The lab service has got no answer from Postgres twice in a row. No journey works without it; their own pages are muted while this one stands, and it stands until the failures have left their short window.',
  query: 'postgres_up',
})

const kafkaDown = toAlert({
  alert: 'KafkaDown',
  severity: 'critical',
  expr: saysNo('kafka_up'),
  summary: 'Kafka is down: mails wait, and uploads fail',
  description:
    'The lab service has got no answer from Kafka twice in a row. Orders are taken and their events wait in the outbox; nothing is lost. Uploads cannot be handed in; their own pages are muted while this one stands, and it stands until the failures have left their short window.',
  query: 'kafka_up',
})

const collectorDown = toAlert({
  alert: 'CollectorDown',
  severity: 'critical',
  expr: `${expectedJob}{job="otel-collector"} unless on (job) (up == 1)\n${notJustStarted}`,
  for: '15s',
  summary: 'The collector is down: nobody counts, so no journey can page',
  description:
    'Prometheus has not reached the collector for more than 15 seconds. Journeys are not counted until it is back: silence of the SLO alerts means nothing now. Services keep their spans for about a minute.',
  query: 'up{job="otel-collector"}',
})

const journeysNotCounted = toAlert({
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

const latencyNotCounted = toAlert({
  alert: 'LatencyNotCounted',
  severity: 'warning',
  expr: `${series.total('WINDOW')}{slo="latency"} > 0
unless on (cuj_name)
${series.bad('WINDOW')}{slo="latency"}`,
  for: '1m',
  summary: "{{ $labels.cuj_name }}'s latency is not judged: no bucket matches its threshold",
  description:
    'Events of {{ $labels.cuj_name }} are timed, but the histogram has no bucket at the threshold of its objective. The buckets in collector/config.yaml and the thresholds in prometheus/slo/objectives.yml have parted.',
  query: series.latencyThreshold,
})

const ruleEvaluationFailing = toAlert({
  alert: 'RuleEvaluationFailing',
  severity: 'critical',
  expr: 'sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0',
  summary: 'Rules fail to evaluate: alerts of this group cannot fire',
  description:
    '{{ $value | printf "%.0f" }} evaluations of {{ $labels.rule_group }} failed in the last 5 minutes. Prometheus shows the error beside the rule under Status, Rule health.',
})

const alertDeliveryFailing = toAlert({
  alert: 'AlertDeliveryFailing',
  severity: 'critical',
  expr: 'sum by (integration) (increase(alertmanager_notifications_failed_total[1m])) > 0',
  // Alertmanager tries again every few seconds, so that three minutes are no hiccup, and not the lab's own start either.
  for: '3m',
  summary: 'Alerts are not delivered by {{ $labels.integration }}',
  description:
    '{{ $value | printf "%.0f" }} deliveries by {{ $labels.integration }} failed in the last minute, for three minutes on end. Alerts wait in Alertmanager, which tries again; look there, not in the inbox.',
})

/** `shortWindow`: the fast tier's, whose counts are the freshest. */
export function buildLabGroup(jobs: ExpectedJobs, shortWindow: string): RuleGroup {
  // A cause outlives its healing by the short window: so long the journeys that it broke still burn, and would page when
  // nothing mutes them any more.
  const asCause = (alert: AlertingRule): AlertingRule => ({ ...alert, keepFiringFor: shortWindow })
  const filled = { ...latencyNotCounted, expr: latencyNotCounted.expr.replaceAll('WINDOW', shortWindow) }
  return {
    name: 'lab',
    interval: '5s',
    rules: [
      watchdog,
      ...buildExpectedJobs(jobs),
      serviceDown,
      machineryDown,
      asCause(postgresDown),
      asCause(kafkaDown),
      collectorDown,
      journeysNotCounted,
      filled,
      ruleEvaluationFailing,
      alertDeliveryFailing,
    ],
  }
}
