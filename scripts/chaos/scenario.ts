// What a scenario is: data only, one file each in scenarios/. The runner does the same with every one of them.
import type { FaultRequest } from '@techmart/contracts/faults'

/** An alert by its name and the labels that tell it from its likes. */
export interface PromisedAlert {
  readonly alertname: string
  readonly labels: Readonly<Record<string, string>>
}

export interface Scenario {
  /** What is typed after SCENARIO=; marks dashboards too. */
  readonly name: string
  /** One line for the list. */
  readonly title: string
  /** What happens, told to somebody who is to find it. */
  readonly story: string
  /** They begin together and end together. */
  readonly faults: readonly Omit<FaultRequest, 'scenario' | 'durationSeconds' | 'reason'>[]
  /** How long it may last at most, unless DURATION says otherwise. */
  readonly durationSeconds: number
  /** The SLI that shows it first. */
  readonly sli: { readonly journey: string; readonly slo: 'availability' | 'latency' }
  /** Share of the journey's events that should turn bad: what the time to page is computed from. */
  readonly expectedBadRatio: number
  /** They must fire, be delivered, and be resolved after healing. */
  readonly mustFire: readonly PromisedAlert[]
  /** The answer, told at the end. */
  readonly cause: string
  /** How one gets there, step by step. */
  readonly howToFind: readonly string[]
}

export const pageOf = (journey: string, slo: 'availability' | 'latency'): PromisedAlert => ({
  alertname: 'JourneyBurnsFast',
  labels: { cuj_name: journey, slo, severity: 'critical' },
})

export const isPromised = (promise: PromisedAlert, labels: Readonly<Record<string, string>>): boolean =>
  labels.alertname === promise.alertname &&
  Object.entries(promise.labels).every(([name, value]) => labels[name] === value)

/** `JourneyBurnsFast of checkout (availability)`. */
export function describeAlert(labels: Readonly<Record<string, string>>): string {
  const of = labels.cuj_name ? ` of ${labels.cuj_name}` : labels.job ? ` of ${labels.job}` : ''
  return `${labels.alertname ?? 'an alert'}${of}${labels.slo ? ` (${labels.slo})` : ''}`
}
