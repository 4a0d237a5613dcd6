// One run of one scenario on the lab as it is: waits for the steady state or refuses, says what to expect, runs, and tells how
// it ended.
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabApi } from '../lib/lab-api.ts'
import { checkBooks } from './books.ts'
import type { Containers } from './containers.ts'
import { findEarlyPages, readInheritedBurn } from './inherited-burn.ts'
import { highestOf } from './judge-alert.ts'
import { makeProbe, probedRequests } from './probe.ts'
import type { PrometheusApi } from './prometheus-api.ts'
import {
  deliveryLimitSeconds,
  durationOf,
  findSpeed,
  type PromiseSpec,
  type PromiseTime,
  resolveLimitOf,
  timeOf,
} from './promise-time.ts'
import { type RunResult, runScenario } from './run-scenario.ts'
import { describeAlert, type Scenario } from './scenario.ts'
import type { Settings } from './settings.ts'
import { readPace, readPeriodSeconds } from './sli.ts'
import { findTrouble } from './steady-state.ts'

export interface RunParts {
  readonly lab: LabApi
  readonly prometheus: PrometheusApi
  readonly containers: Containers
  readonly spec: PromiseSpec
  readonly tell: (line: string) => void
  readonly stop: AbortSignal
}

/** The promises of a scenario with their times at the speed and the traffic of this lab. */
interface Plan {
  readonly times: readonly PromiseTime[]
  readonly durationSeconds: number
  /** Undefined: none that anybody waits for. */
  readonly resolveLimitSeconds: number | undefined
}

async function readPlan({ scenario, durationSeconds }: Settings, { prometheus, spec }: RunParts): Promise<Plan> {
  const speed = findSpeed(spec, await readPeriodSeconds(prometheus))
  const pace = await readPace(prometheus)
  const times = scenario.mustFire.map(promise =>
    timeOf(spec, speed, promise, pace.get(promise.labels.cuj_name ?? '') ?? 0),
  )
  const limits = highestOf(scenario.mustFire).map(promise => resolveLimitOf(spec, speed, promise))
  return {
    times,
    durationSeconds: durationSeconds ?? durationOf(scenario, times),
    resolveLimitSeconds: limits.includes(undefined) ? undefined : Math.max(...limits.map(limit => limit ?? 0)),
  }
}

async function waitForSteadyState(settings: Settings, parts: RunParts): Promise<string[]> {
  const untilMs = Date.now() + settings.waitSteadySeconds * 1000
  for (;;) {
    const trouble = await findTrouble(parts, settings.scenario)
    if (trouble.length === 0 || Date.now() >= untilMs || parts.stop.aborted) return trouble
    await sleep(2000, undefined, { signal: parts.stop }).catch(() => undefined)
  }
}

function tellWhatToExpect(scenario: Scenario, { times, durationSeconds }: Plan, tell: RunParts['tell']): void {
  tell(`${scenario.name}: ${scenario.title}, for at most ${durationSeconds} s. Ctrl-C undoes it at once.`)
  tell(`Story: ${scenario.story}`)
  for (const [index, { alertname, labels }] of scenario.mustFire.entries()) {
    const time = times[index]
    if (!time) continue
    const expected = `about ${Math.round(time.expectedSeconds)} s`
    tell(
      `Fires: ${describeAlert({ alertname, ...labels })}, ${expected}, late after ${Math.round(time.limitSeconds)} s`,
    )
  }
  tell('       (after an hour of traffic; a younger stack is quicker)\n')
}

function tellEnd(settings: Settings, result: RunResult, tell: RunParts['tell']): void {
  const { scenario, alertmanagerUrl, prometheusUrl, grafanaUrl, storeUrl } = settings
  tell('')
  if (result.spent && scenario.sli) {
    const { bad, total, minutes, ofMinutes } = result.spent
    const share = ofMinutes > 0 ? ` (${((100 * minutes) / ofMinutes).toFixed(1)} %)` : ''
    const { journey, slo } = scenario.sli
    tell(
      `Spent: ${Math.round(bad)} of ${Math.round(total)} ${journey} were bad; ${minutes.toFixed(2)} of the ${ofMinutes.toFixed(1)} minutes`,
    )
    tell(`       that its ${slo} budget has for the whole period${share}.`)
  }
  if (result.outcome === 'interrupted') {
    tell('Interrupted.')
    return
  }
  tell(`Cause: ${scenario.cause}`)
  for (const step of scenario.howToFind) tell(`       - ${step}`)
  for (const uid of scenario.dashboards) tell(`Look:  ${grafanaUrl}/d/${uid}`)
  tell(`Look:  ${prometheusUrl}/alerts  ${alertmanagerUrl}  ${storeUrl}/lab/inbox`)
  for (const sentence of result.missed) tell(`Broken promise: ${sentence}`)
  for (const sentence of result.extra) tell(`Extra alert: ${sentence}`)
  if (result.outcome === 'held') tell('Every promise of the scenario held.')
}

/** The exit code. */
export async function runOnce(settings: Settings, parts: RunParts): Promise<number> {
  const { scenario, storeUrl } = settings
  const { tell, stop, prometheus, spec } = parts
  const trouble = await waitForSteadyState(settings, parts)
  if (stop.aborted) return 130
  if (trouble.length > 0) {
    tell(`Not broken: the lab is not in its steady state, so that ${scenario.name} would prove nothing.`)
    for (const sentence of trouble) tell(`  - ${sentence}`)
    return 2
  }
  const plan = await readPlan(settings, parts)
  tellWhatToExpect(scenario, plan, tell)
  if (settings.waitResolved && plan.resolveLimitSeconds === undefined)
    tell('Its end is not waited for: the alert looks back longer than anybody wants to wait.')
  for (const sentence of await findEarlyPages(prometheus, scenario)) tell(`Note:  ${sentence}`)
  const { objectives } = spec
  const thresholdMsOf = (journey: string): number =>
    (objectives.journeys.find(({ name }) => name === journey) ?? objectives.defaults).latency.thresholdMs
  const result = await runScenario({
    ...parts,
    scenario,
    durationSeconds: plan.durationSeconds,
    promises: scenario.mustFire.map((promise, index) => {
      const limitSeconds = plan.times[index]?.limitSeconds ?? 0
      return { promise, limitSeconds, deliveryLimitSeconds }
    }),
    inherited: await readInheritedBurn(prometheus),
    probe: makeProbe(storeUrl, probedRequests(thresholdMsOf)),
    checkBooks,
    traceUrl: traceId => `${storeUrl}/lab/traces/${traceId}`,
    waitResolved: settings.waitResolved && plan.resolveLimitSeconds !== undefined,
    resolveLimitSeconds: plan.resolveLimitSeconds ?? 0,
  })
  tellEnd(settings, result, tell)
  if (settings.resultFile) writeFileSync(settings.resultFile, `${JSON.stringify(result, undefined, 2)}\n`)
  return { held: 0, broken: 1, interrupted: 130 }[result.outcome]
}
