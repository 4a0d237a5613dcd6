// prometheus/slo/objectives.yml, read and checked.
import { journeyNamePattern } from '@techmart/contracts/journeys'
import { durationBucketsMs } from './names.ts'
import { readSpec, type SpecField } from './spec-reader.ts'

export interface LatencyObjective {
  /** As its author wrote it. */
  readonly objective: string
  readonly thresholdMs: number
}

export interface FreshnessObjective {
  readonly objective: string
  readonly gauge: string
  readonly limitSeconds: number
  readonly every: string
}

/** An SLO of two counters: attempts, and those that nobody answered. */
export interface PaymentObjective {
  readonly objective: string
  readonly attempts: string
  readonly unanswered: string
}

export interface JourneyObjectives {
  readonly name: string
  readonly availability: string
  readonly latency: LatencyObjective
  readonly freshness?: FreshnessObjective
  readonly payment?: PaymentObjective
}

export interface Objectives {
  readonly defaults: { readonly availability: string; readonly latency: LatencyObjective }
  readonly journeys: readonly JourneyObjectives[]
}

const readRatio = (field: SpecField): string =>
  field.text(/^0\.\d*[1-9]\d*$/, 'a share between 0 and 1, written as a decimal such as 0.999')

function readLatency(field: SpecField): LatencyObjective {
  const { objective, within } = field.record(['objective', 'within'])
  const thresholdMs = Math.round(within.duration().seconds * 1_000)
  // Only a bucket bound can be counted: nothing between two bounds is ever known.
  if (!durationBucketsMs.includes(thresholdMs) && thresholdMs !== 0)
    within.fail(`${thresholdMs} ms is no bucket of the collector's span metrics`, `${durationBucketsMs.join(', ')} ms`)
  return { objective: readRatio(objective), thresholdMs }
}

function readFreshness(field: SpecField): FreshnessObjective {
  const { objective, gauge, limit, every } = field.record(['objective', 'gauge', 'limit', 'every'])
  return {
    objective: readRatio(objective),
    gauge: gauge.text(/^[a-z][a-z0-9_]*_seconds$/, 'the name of a gauge in seconds, such as job_oldest_seconds'),
    limitSeconds: limit.duration().seconds,
    every: every.duration().text,
  }
}

function readPayment(field: SpecField): PaymentObjective {
  const { objective, attempts, unanswered } = field.record(['objective', 'attempts', 'unanswered'])
  const selector = /^['"]?[a-z][a-z0-9_]*_total(\{[^{}]+\})?['"]?$/
  const readCounter = (counter: SpecField) =>
    counter.text(selector, 'a counter, with matchers or without, such as payments_total').replace(/^'|'$/g, '')
  return { objective: readRatio(objective), attempts: readCounter(attempts), unanswered: readCounter(unanswered) }
}

export function readObjectives(text: string, file = 'prometheus/slo/objectives.yml'): Objectives {
  return readSpec(file, text, root => {
    const { defaults, journeys } = root.record(['defaults', 'journeys'])
    const { availability, latency } = defaults.record(['availability', 'latency'])
    const shared = { availability: readRatio(availability), latency: readLatency(latency) }
    return {
      defaults: shared,
      journeys: journeys
        .fields(name => journeyNamePattern.test(name), `journey names matching ${journeyNamePattern.source}`)
        .map(([name, field]): JourneyObjectives => {
          const own = field.record([], ['availability', 'latency', 'freshness', 'payment'])
          return {
            name,
            availability: own.availability ? readRatio(own.availability) : shared.availability,
            latency: own.latency ? readLatency(own.latency) : shared.latency,
            ...(own.freshness ? { freshness: readFreshness(own.freshness) } : {}),
            ...(own.payment ? { payment: readPayment(own.payment) } : {}),
          }
        }),
    }
  })
}
