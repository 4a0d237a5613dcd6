// What chaos is told: by variables (SCENARIO, DURATION, SPEED, addresses) and by flags. All that is wrong is named at once.
import { type SpeedName, speedNames } from '../slo/windows.ts'
import type { Scenario } from './scenario.ts'

export const actionNames = ['run', 'list', 'stop', 'all', 'deploy-bad', 'deploy-good'] as const
export type ActionName = (typeof actionNames)[number]

export interface Settings {
  readonly action: ActionName
  readonly scenario: Scenario
  /** Absent: as long as its promises take. */
  readonly durationSeconds: number | undefined
  readonly waitResolved: boolean
  /** How long to wait for the steady state before refusing. */
  readonly waitSteadySeconds: number
  /** Where the result is written as JSON, for chaos-all. */
  readonly resultFile: string | undefined
  /** The speed of chaos-all's labs. */
  readonly speed: SpeedName
  readonly storeUrl: string
  readonly prometheusUrl: string
  readonly alertmanagerUrl: string
  readonly grafanaUrl: string
}

export class SettingsError extends Error {
  override name = 'SettingsError'
}

export const usage = `Usage: make chaos [SCENARIO=name] [DURATION=seconds] | make chaos-list | make chaos-stop | make chaos-all [SPEED=lab]
       node scripts/chaos/main.ts [${actionNames.join('|')}] [--no-wait-resolved] [--wait-steady=seconds] [--result=file]`

export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  scenarios: readonly Scenario[],
): Settings {
  const problems: string[] = []
  let action: ActionName = 'run'
  let waitResolved = true
  let waitSteadySeconds = 0
  let resultFile: string | undefined
  for (const arg of args) {
    const steady = /^--wait-steady=(\d{1,4})$/.exec(arg)?.[1]
    const result = /^--result=(.+)$/.exec(arg)?.[1]
    const named = actionNames.find(name => name === arg)
    if (named) action = named
    else if (arg === '--no-wait-resolved') waitResolved = false
    else if (steady !== undefined) waitSteadySeconds = Number(steady)
    else if (result !== undefined) resultFile = result
    else problems.push(`Unknown argument '${arg}'.`)
  }

  const name = env.SCENARIO || scenarios[0]?.name
  const scenario = scenarios.find(candidate => candidate.name === name)
  if (!scenario) problems.push(`SCENARIO is '${name}'; there are: ${scenarios.map(known => known.name).join(', ')}.`)

  const duration = env.DURATION || undefined
  if (duration !== undefined && (!/^[1-9]\d{0,4}$/.test(duration) || Number(duration) > 86_400)) {
    problems.push(`DURATION is '${duration}'; it must be whole seconds from 1 to 86400.`)
  }
  const speed = speedNames.find(known => known === (env.SPEED || 'lab'))
  if (!speed) problems.push(`SPEED is '${env.SPEED}'; it must be ${speedNames.join(' or ')}.`)

  const address = (variable: string, port: string, otherwise: string): string => {
    const url = env[variable] || `http://localhost:${env[port] || otherwise}`
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      problems.push(`${variable} is '${url}'; it must be an address like http://localhost:${otherwise}.`)
    return url.replace(/\/+$/, '')
  }
  const addresses = {
    storeUrl: address('STORE_URL', 'STORE_PORT', '8080'),
    prometheusUrl: address('PROMETHEUS_URL', 'PROMETHEUS_PORT', '9090'),
    alertmanagerUrl: address('ALERTMANAGER_URL', 'ALERTMANAGER_PORT', '9093'),
    grafanaUrl: address('GRAFANA_URL', 'GRAFANA_PORT', '3000'),
  }

  if (problems.length > 0 || !scenario || !speed) throw new SettingsError([...problems, usage].join('\n'))
  const durationSeconds = duration === undefined ? undefined : Number(duration)
  return {
    action,
    scenario,
    durationSeconds,
    waitResolved,
    waitSteadySeconds,
    resultFile,
    speed,
    ...addresses,
  }
}
