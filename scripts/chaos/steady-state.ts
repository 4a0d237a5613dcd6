// Before anything is broken: does the shop work, and would anybody be told? A scenario that begins in trouble proves nothing.
import type { LabApi } from '../lib/lab-api.ts'
import { series, spans } from '../slo/names.ts'
import type { Containers } from './containers.ts'
import type { PrometheusApi } from './prometheus-api.ts'
import { describeAlert, isPromised, type Scenario } from './scenario.ts'

export interface SteadyStateDeps {
  readonly lab: LabApi
  readonly prometheus: PrometheusApi
  readonly containers: Pick<Containers, 'findTrouble'>
}

/** The dead man's switch is delivered every ten seconds. */
const deadManLimitSeconds = 60

/** What counters gained in the last 30 s, by journey; a counter that fell since then has begun anew and counts from zero. */
const gainedBy = (expression: string): string => {
  const now = `sum by (cuj_name) (${expression})`
  const before = `sum by (cuj_name) (${expression} offset 30s)`
  return `clamp_min(${now} - (${before} or 0 * ${now}), 0)`
}

async function readByJourney(prometheus: PrometheusApi, expression: string): Promise<Map<string, number>> {
  const samples = await prometheus.query(expression)
  return new Map(samples.map(({ labels, value }) => [labels.cuj_name ?? '', value]))
}

async function checkFaults({ lab }: SteadyStateDeps): Promise<string[]> {
  const faults = await lab.listFaults()
  if (faults.length === 0) return []
  const names = [...new Set(faults.map(({ scenario }) => scenario))].join(', ')
  return [`Faults are active already: ${names}. End them with: make chaos-stop`]
}

async function checkAlerts({ prometheus }: SteadyStateDeps, scenario: Scenario): Promise<string[]> {
  return (await prometheus.listAlerts()).flatMap(({ labels, state }) => {
    const promised = scenario.mustFire.some(promise => isPromised(promise, labels))
    if (labels.severity !== 'critical' && !promised) return []
    return [
      `${describeAlert(labels)} is ${state} already. It ends a few minutes after its cause; its runbook says more.`,
    ]
  })
}

async function checkTraffic({ prometheus }: SteadyStateDeps, scenario: Scenario): Promise<string[]> {
  const [total, failed, budgets] = await Promise.all([
    readByJourney(prometheus, gainedBy(spans.all)),
    readByJourney(prometheus, gainedBy(spans.failed)),
    readByJourney(prometheus, `${series.errorBudget}{slo="availability"}`),
  ])
  const journeys = new Set(scenario.mustFire.flatMap(({ labels }) => labels.cuj_name ?? []))
  if (scenario.sli) journeys.add(scenario.sli.journey)
  // Where no customer feels it, that customers are there must still show.
  if (journeys.size === 0) journeys.add('checkout')
  const silent = [...journeys].filter(journey => !total.get(journey))
  if (silent.length > 0) {
    return [
      `No ${silent.join(', ')} was counted in the last 30 s: nothing would show. Is k6 running (make status, make traffic)?`,
    ]
  }
  return [...total].flatMap(([name, count]) => {
    const bad = failed.get(name) ?? 0
    const budgetRatio = budgets.get(name) ?? 0.001
    if (bad <= count * budgetRatio) return []
    return [
      `${name}: ${Math.round(bad)} of ${Math.round(count)} failed in the last 30 s, more than its objective allows.`,
    ]
  })
}

async function checkDelivery({ lab }: SteadyStateDeps): Promise<string[]> {
  const { ageSeconds } = await lab.getDeadMan()
  if (ageSeconds !== null && ageSeconds <= deadManLimitSeconds) return []
  const heard = ageSeconds === null ? 'was never heard' : `was heard ${Math.round(ageSeconds)} s ago`
  return [
    `The dead man's switch ${heard}: alerts would not be delivered. Look at Prometheus' rules and at Alertmanager.`,
  ]
}

/** The alerts beside the burn tiers hold back in Prometheus' own first two minutes (scripts/slo/alert-words.ts). */
const holdBackSeconds = 125

async function checkAge({ prometheus }: SteadyStateDeps, { mustFire }: Scenario): Promise<string[]> {
  if (mustFire.every(({ pace }) => 'badRatio' in pace)) return []
  const [age] = await prometheus.query('time() - max(process_start_time_seconds{job="prometheus"})')
  const leftSeconds = holdBackSeconds - (age?.value ?? 0)
  if (leftSeconds <= 0) return []
  return [`Prometheus has just started: its alerts hold back for ${Math.ceil(leftSeconds)} s more.`]
}

/** Everything that is wrong, in sentences; empty when the scenario may begin. */
export async function findTrouble(deps: SteadyStateDeps, scenario: Scenario): Promise<string[]> {
  const checks = [
    checkFaults(deps),
    deps.containers.findTrouble(scenario.actions),
    checkAlerts(deps, scenario),
    checkTraffic(deps, scenario),
    checkAge(deps, scenario),
    checkDelivery(deps),
  ]
  const results = await Promise.allSettled(checks)
  const trouble = results.flatMap(result =>
    result.status === 'fulfilled' ? result.value : [String(result.reason?.message)],
  )
  return [...new Set(trouble)]
}
