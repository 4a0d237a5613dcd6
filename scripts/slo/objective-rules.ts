// Objectives and thresholds as series, so that every other rule is written once for all journeys and joined on labels.
// A journey that nobody declared gets the defaults as soon as its first event was counted.
import { series, spans } from './names.ts'
import type { Objectives } from './objectives.ts'
import type { RecordingRule } from './rule.ts'

function objective(journey: string, slo: string, ratio: string): RecordingRule {
  return { record: series.objective, expr: `vector(${ratio})`, labels: { cuj_name: journey, slo } }
}

function threshold(journey: string, milliseconds: number): RecordingRule {
  return {
    record: series.latencyThreshold,
    expr: `vector(${milliseconds})`,
    labels: { cuj_name: journey, le: String(milliseconds) },
  }
}

/** Value 1 for every journey that has events and is not declared. `longestRaw` keeps it alive while the collector is away. */
function undeclaredJourneys(objectives: Objectives, longestRaw: string): string {
  const declared = objectives.journeys.map(journey => journey.name).join('|')
  const filter = declared === '' ? '' : `cuj_name!~"${declared}"`
  const counted = filter === '' ? spans.all : spans.all.replace('}', `, ${filter}}`)
  return `(
  group by (cuj_name) (${counted})
  or
  group by (cuj_name) (${series.total(longestRaw)}{${filter}})
)`
}

export function buildObjectiveRules(objectives: Objectives, longestRaw: string): RecordingRule[] {
  const undeclared = undeclaredJourneys(objectives, longestRaw)
  const { availability, latency } = objectives.defaults
  const declared = objectives.journeys.flatMap(journey => [
    objective(journey.name, 'availability', journey.availability),
    objective(journey.name, 'latency', journey.latency.objective),
    ...(journey.freshness ? [objective(journey.name, 'freshness', journey.freshness.objective)] : []),
    ...(journey.payment ? [objective(journey.name, 'payment', journey.payment.objective)] : []),
    threshold(journey.name, journey.latency.thresholdMs),
  ])
  return [
    ...declared,
    {
      comment: 'Journeys that nobody declared: the defaults.',
      record: series.objective,
      expr: `${availability} * ${undeclared}`,
      labels: { slo: 'availability' },
    },
    { record: series.objective, expr: `${latency.objective} * ${undeclared}`, labels: { slo: 'latency' } },
    {
      record: series.latencyThreshold,
      expr: `${latency.thresholdMs} * ${undeclared}`,
      labels: { le: String(latency.thresholdMs) },
    },
    {
      comment:
        'The share of events that may be bad. Prometheus subtracts, so that the objective stands as it was written.',
      record: series.errorBudget,
      expr: `1 - ${series.objective}`,
    },
  ]
}
