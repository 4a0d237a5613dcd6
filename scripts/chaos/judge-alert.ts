// What an alert is to a scenario: promised, rightly in its company, or extra. Pure; watch-alerts.ts follows the alerts themselves.
import { describePattern, isOfPattern, isPromised, type PromisedAlert, type Scenario } from './scenario.ts'

type Labels = Readonly<Record<string, string>>

/** From the one that wakes somebody up to the one that says nothing. */
const severities = ['critical', 'warning', 'ticket', 'none']
const rankOf = (severity: string | undefined): number => {
  const rank = severities.indexOf(severity ?? '')
  return rank === -1 ? 0 : rank
}

/** An alert of a tier that had enough bad events before the scenario began. */
export interface InheritedBurn {
  readonly alertname: string
  readonly journey: string
  readonly slo: string
}

export type Verdict =
  | { readonly kind: 'promised'; readonly promise: PromisedAlert }
  /** Not counted against the scenario. */
  | { readonly kind: 'company'; readonly because: string }
  | { readonly kind: 'extra'; readonly because: string }

const isLowerTier = (promises: readonly PromisedAlert[], { cuj_name, slo, severity }: Labels): boolean =>
  cuj_name !== undefined &&
  promises.some(
    ({ labels }) => labels.cuj_name === cuj_name && labels.slo === slo && rankOf(severity) > rankOf(labels.severity),
  )

type Promises = Pick<Scenario, 'mustFire' | 'mayFire' | 'mustNotFire' | 'muted'>

/** An alert that fires in Prometheus. */
export function judgeFiring(
  { mustFire, mayFire, mustNotFire, muted }: Promises,
  labels: Labels,
  inherited: readonly InheritedBurn[],
): Verdict {
  const promise = mustFire.find(each => isPromised(each, labels))
  if (promise) return { kind: 'promised', promise }
  if (labels.severity === 'none') return { kind: 'company', because: 'it always fires' }
  const { alertname, cuj_name, slo } = labels
  if (inherited.some(burn => burn.alertname === alertname && burn.journey === cuj_name && burn.slo === slo))
    return { kind: 'company', because: 'its long window was full before the scenario began' }
  const forbidden = mustNotFire.find(pattern => isOfPattern(pattern, labels))
  if (forbidden) return { kind: 'extra', because: `the scenario says that ${describePattern(forbidden)} stays silent` }
  if (muted.some(pattern => isOfPattern(pattern, labels)))
    return { kind: 'company', because: 'Alertmanager mutes it: its cause is told already' }
  const may = mayFire.find(pattern => isOfPattern(pattern, labels))
  if (may) return { kind: 'company', because: may.because }
  if (isLowerTier(mustFire, labels)) return { kind: 'company', because: 'as arithmetic has it' }
  return { kind: 'extra', because: 'nobody promised it' }
}

/** An alert that was delivered: what was to be muted is a second page for one cause. */
export function judgeDelivered(scenario: Promises, labels: Labels, inherited: readonly InheritedBurn[]): Verdict {
  const verdict = judgeFiring(scenario, labels, inherited)
  if (verdict.kind !== 'company' || !scenario.muted.some(pattern => isOfPattern(pattern, labels))) return verdict
  return { kind: 'extra', because: 'Alertmanager should have muted it: its cause was told already' }
}

/** Those of the highest severity among them: what "resolved" means. */
export function highestOf(promises: readonly PromisedAlert[]): readonly PromisedAlert[] {
  const highest = Math.min(...promises.map(({ labels }) => rankOf(labels.severity)))
  return promises.filter(({ labels }) => rankOf(labels.severity) === highest)
}
