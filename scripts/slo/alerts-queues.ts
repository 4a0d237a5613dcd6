// Alerts about work that waits: consumers that do not take it, lag that grows, an outbox that does not empty, dead letters.
import { expectedJob, notJustStarted, toAlert, wholeValue } from './alert-words.ts'
import type { AlertingRule } from './rule.ts'

/** A worker's group is called like its service. A group that somebody made by hand is nobody's duty, and may stay behind. */
const ofWorkers = `and on (group) label_replace(${expectedJob}{part="service"}, "group", "$1", "job", "(.+)")`

/**
 * The lab service reads the lag every five seconds. Nearly a minute of such readings, so that a broker that has just come back, with
 * what had waited in the outbox, gives its consumers the time to join again.
 */
const lagReadings = 10

export const workerStopped = toAlert({
  comment:
    'Messages wait and none is taken for a minute; or nobody is in the group, messages or not. It pages, since no budget can: a job that never ends is not counted.',
  alert: 'WorkerStopped',
  severity: 'critical',
  expr: `(
  (
    max by (topic, group) (min_over_time(kafka_consumer_lag[1m])) > 0
    and
    max by (topic, group) (count_over_time(kafka_consumer_lag[1m])) >= ${lagReadings}
    unless on (topic, group)
    label_replace(sum by (topic, service) (increase(kafka_messages_total[1m])) > 0, "group", "$1", "service", "(.+)")
  )
  or
  (
    max by (topic, group) (kafka_consumer_lag)
    and on (group)
    max by (group) (max_over_time(kafka_consumer_group_members[1m])) == 0
    and on (group)
    max by (group) (count_over_time(kafka_consumer_group_members[1m])) >= ${lagReadings}
  )
)
${ofWorkers}
${notJustStarted}`,
  for: '15s',
  summary: '{{ $labels.group }} takes no messages: what customers handed in waits',
  description: `${wholeValue} messages of {{ $labels.topic }} wait for {{ $labels.group }}, and for a minute it has taken none, or nobody is in its group. Nothing is lost: confirmations or uploads are late until it is back.`,
  query: 'max by (topic, group) (kafka_consumer_lag)',
})

/** Messages a second, over three minutes: a fiftieth of what a busy minute moves back and forth in seconds. */
const growingPerSecond = 0.2

/** Lag that a healthy worker never holds for a minute; an upload's messages come in bites smaller than this. */
const growingFrom = 30

/** Nearly all of three minutes: after an outage of Kafka the outbox empties itself at once, and that is no growth. */
const growingReadings = 30

export const lagGrowing = toAlert({
  alert: 'LagGrowing',
  severity: 'warning',
  expr: `max by (topic, group) (deriv(kafka_consumer_lag[3m])) > ${growingPerSecond}
and
max by (topic, group) (min_over_time(kafka_consumer_lag[1m])) >= ${growingFrom}
and
max by (topic, group) (count_over_time(kafka_consumer_lag[3m])) >= ${growingReadings}
${ofWorkers}
${notJustStarted}`,
  for: '30s',
  summary: '{{ $labels.group }} falls behind: customers wait longer and longer',
  description: `For three minutes the messages of {{ $labels.topic }} that wait for {{ $labels.group }} have grown by {{ $value | printf "%.1f" }} a second, and more than ${growingFrom} have waited for a minute. More comes in than is taken.`,
  query: 'max by (topic, group) (kafka_consumer_lag)',
})

/** The relay sends within a second; kafkajs gives up a dead broker's connection after some seconds and tries again. */
const outboxSeconds = 30

export const outboxStuck = toAlert({
  alert: 'OutboxStuck',
  severity: 'warning',
  expr: `max by (service) (min_over_time(outbox_oldest_seconds[30s])) > ${outboxSeconds}\n${notJustStarted}`,
  for: '15s',
  summary: "{{ $labels.service }}'s events do not leave: customers get no confirmation",
  description: `The oldest event in {{ $labels.service }}'s outbox has waited for {{ $value | humanizeDuration }}; a second is usual. Orders are taken and nothing is lost, but nobody behind Kafka hears of them.`,
  query: 'max by (service) (outbox_oldest_seconds)',
})

/** `window`: how long a dead letter is news; the fast tier's long window. */
export const deadLetters = (window: string): AlertingRule =>
  toAlert({
    alert: 'DeadLetters',
    severity: 'ticket',
    expr: `sum by (topic, service) (increase(kafka_messages_total{outcome="dead"}[${window}])) > 0`,
    summary: '{{ $labels.service }} gave messages up: their customers wait for nothing',
    description: `${wholeValue} messages of {{ $labels.topic }} went to {{ $labels.topic }}.dead in the last ${window}: {{ $labels.service }} could not read them, or failed on each try. They stay there, each with its reason, until somebody puts them back.`,
    query: 'sum by (topic, service) (kafka_messages_total{outcome="dead"})',
  })
