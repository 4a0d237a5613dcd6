// What a scenario is: data only, one file each in scenarios/. The runner does the same with every one of them.
import type { FaultRequest } from '@techmart/contracts/faults'
import type { TierName } from '../slo/windows.ts'

/** Alerts by name and labels: a list means any of its values, `*` that the label is there; what is not named may be anything. */
export interface AlertPattern {
  readonly alertname?: string
  readonly labels: Readonly<Record<string, string | readonly string[]>>
}

/** How long it may take: computed by promise-time.ts, never typed where it follows from objectives and windows. */
export type Pace =
  /** Share of the journey's events that turn bad: objective, factor and this give the seconds. */
  | { readonly badRatio: number; readonly tier: TierName }
  /** Seconds from the injection until the rule's expression is true; its own `for` is added. */
  | { readonly trueAfterSeconds: number }

/** It must fire (judged in Prometheus) and be delivered (judged in the inbox), both in time. */
export interface PromisedAlert {
  readonly alertname: string
  readonly labels: Readonly<Record<string, string>>
  readonly pace: Pace
  /** A promise harder than arithmetic and its slack: seconds until it is in the inbox at the latest. */
  readonly latestSeconds?: number
}

/** It may fire or not, since it hangs on the stack's age or on chance; the reason is told when it does. */
export interface AllowedAlert extends AlertPattern {
  readonly because: string
}

/** Done to containers from outside, and undone whatever happens to the one who did it. */
export type ContainerAction =
  | { readonly kind: 'stop' | 'kill' | 'pause'; readonly service: string }
  /** One replica more, with settings that are wrong: a bad deploy that has reached one replica. */
  | { readonly kind: 'bad-replica'; readonly service: string; readonly environment: Readonly<Record<string, string>> }

export type SloOfSli = 'availability' | 'latency'

export interface Scenario {
  /** What is typed after SCENARIO=; marks dashboards too. */
  readonly name: string
  /** One line for the list. */
  readonly title: string
  /** What happens, told to somebody who is to find it. */
  readonly story: string
  /** They begin together and end together. */
  readonly faults: readonly Omit<FaultRequest, 'scenario' | 'durationSeconds' | 'reason'>[]
  readonly actions: readonly ContainerAction[]
  /** It lasts until all is delivered, and at least so long: for what needs time to show. */
  readonly holdSeconds?: number
  /** The SLI that shows it first; absent where no customer feels anything. */
  readonly sli?: { readonly journey: string; readonly slo: SloOfSli }
  /** They must fire, be delivered, and those of the highest severity be resolved after healing. */
  readonly mustFire: readonly PromisedAlert[]
  readonly mayFire: readonly AllowedAlert[]
  /** Nobody else may fire either; these would say that the lab has misunderstood, so they are named. */
  readonly mustNotFire: readonly AlertPattern[]
  /** They may fire in Prometheus; delivered they would be a second page for one cause. */
  readonly muted: readonly AlertPattern[]
  /** Nobody reaches the inbox meanwhile: put right as soon as all fire, and delivery is judged afterwards. */
  readonly inboxIsAway: boolean
  /** Seconds after healing within which requests are within their objective again: 10, and 30 after Postgres and Kafka. */
  readonly recoverWithinSeconds: number
  /** Identifiers of the dashboards that show it, best first. */
  readonly dashboards: readonly string[]
  /** The answer, told at the end. */
  readonly cause: string
  /** How one gets there, step by step. */
  readonly howToFind: readonly string[]
}

const defaults = {
  faults: [],
  actions: [],
  mayFire: [],
  mustNotFire: [],
  muted: [],
  inboxIsAway: false,
  recoverWithinSeconds: 10,
} as const satisfies Partial<Scenario>

export const defineScenario = (
  scenario: Omit<Scenario, keyof typeof defaults> & Partial<Pick<Scenario, keyof typeof defaults>>,
): Scenario => ({ ...defaults, ...scenario })

/** The page of a journey of which this share turns bad. */
export const pageOf = (
  journey: string,
  slo: 'availability' | 'latency' | 'freshness' | 'payment',
  badRatio: number,
): PromisedAlert => ({
  alertname: 'JourneyBurnsFast',
  labels: { cuj_name: journey, slo, severity: 'critical' },
  pace: { badRatio, tier: 'fast' },
})

/** An alert beside the burn tiers. */
export const alertOf = (
  severity: 'critical' | 'warning' | 'ticket',
  alertname: string,
  labels: Readonly<Record<string, string>>,
  trueAfterSeconds: number,
): PromisedAlert => ({ alertname, labels: { ...labels, severity }, pace: { trueAfterSeconds } })

/** Every alert of these journeys, or of any journey. */
export const anyOf = (journeys?: readonly string[], slo?: string): AlertPattern => ({
  labels: { cuj_name: journeys ?? '*', ...(slo ? { slo } : {}) },
})

export const allowed = (because: string, alertname: string, labels: AlertPattern['labels'] = {}): AllowedAlert => ({
  alertname,
  labels,
  because,
})

type Labels = Readonly<Record<string, string>>

export const isOfPattern = ({ alertname, labels: wanted }: AlertPattern, labels: Labels): boolean =>
  (alertname === undefined || labels.alertname === alertname) &&
  Object.entries(wanted).every(([name, value]) =>
    value === '*'
      ? labels[name] !== undefined
      : typeof value === 'string'
        ? labels[name] === value
        : value.includes(labels[name] ?? ''),
  )

export const isPromised = (promise: Pick<PromisedAlert, 'alertname' | 'labels'>, labels: Labels): boolean =>
  isOfPattern(promise, labels)

/** `JourneyBurnsFast of checkout (availability)`. */
export function describeAlert(labels: Labels): string {
  const whose = labels.cuj_name ?? labels.job ?? labels.group ?? labels.country ?? labels.exporter ?? labels.service
  return `${labels.alertname ?? 'an alert'}${whose ? ` of ${whose}` : ''}${labels.slo ? ` (${labels.slo})` : ''}`
}

/** `JourneyBurnsFast of checkout`, `anything of product-discovery`. */
export function describePattern({ alertname, labels }: AlertPattern): string {
  const words = Object.entries(labels).map(([name, value]) =>
    value === '*'
      ? `any ${name === 'cuj_name' ? 'journey' : name}`
      : typeof value === 'string'
        ? value
        : value.join(', '),
  )
  return [alertname ?? 'anything', ...(words.length > 0 ? [`of ${words.join(', ')}`] : [])].join(' ')
}

export const describeAction = (action: ContainerAction): string =>
  ({
    stop: `${action.service} is stopped`,
    kill: `${action.service} is killed`,
    pause: `${action.service} is frozen`,
    'bad-replica': `one more replica of ${action.service} runs, and it is a bad one`,
  })[action.kind]
