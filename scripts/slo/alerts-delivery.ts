// Alerts that guard the alerts on their way: are rules evaluated, is anything delivered, does the dead man's switch beat.
import { toAlert, wholeValue } from './alert-words.ts'

export const watchdog = toAlert({
  alert: 'Watchdog',
  severity: 'none',
  expr: 'vector(1)',
  summary: 'Alerts travel: this one always fires',
  description:
    "The dead man's switch. It goes to a place of its own; when it stops coming, Prometheus, Alertmanager or the way between them is broken, and no other alert can be trusted to arrive.",
})

export const ruleEvaluationFailing = toAlert({
  alert: 'RuleEvaluationFailing',
  severity: 'critical',
  expr: 'sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0',
  summary: 'Rules fail to evaluate: alerts of this group cannot fire',
  description: `${wholeValue} evaluations of {{ $labels.rule_group }} failed in the last 5 minutes. Prometheus shows the error beside the rule under Status, Rule health.`,
})

export const alertDeliveryFailing = toAlert({
  alert: 'AlertDeliveryFailing',
  severity: 'critical',
  expr: 'sum by (integration) (increase(alertmanager_notifications_failed_total[1m])) > 0',
  // Alertmanager tries again every few seconds, so that three minutes are no hiccup, and not the lab's own start either.
  for: '3m',
  summary: 'Alerts are not delivered by {{ $labels.integration }}',
  description: `${wholeValue} deliveries by {{ $labels.integration }} failed in the last minute, for three minutes on end. Alerts wait in Alertmanager, which tries again; look there, not in the inbox.`,
})

/** Nine beats: Alertmanager repeats the switch every ten seconds. The lab service itself speaks a beat or two earlier. */
const silentSeconds = 90

export const deadManSwitchMissed = toAlert({
  comment:
    "Whether anybody hears this is doubtful: the lab service notices the same by itself and writes it into its inbox, whoever is dead. A machine that slept wakes up with an old beat, and the next one is there before 'for' is over.",
  alert: 'DeadManSwitchMissed',
  severity: 'critical',
  expr: `time() - max(dead_man_last_beat_timestamp_seconds) > ${silentSeconds}
unless on () (time() - process_start_time_seconds{job="prometheus"} < 120)`,
  for: '20s',
  summary: 'Alerts do not reach the inbox: nobody would be told of an outage',
  description: `The dead man's switch was last heard {{ $value | humanizeDuration }} ago; it comes every ten seconds. Prometheus, Alertmanager or the way to the lab service is broken, and whatever fires now may reach nobody.`,
  query: 'time() - max(dead_man_last_beat_timestamp_seconds)',
})
