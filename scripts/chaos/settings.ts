// What `make chaos` is told: by variables (SCENARIO, DURATION, addresses) and by flags. All that is wrong is named at once.
import type { Scenario } from './scenario.ts'

export interface Settings {
  readonly action: 'run' | 'list' | 'stop'
  readonly scenario: Scenario
  readonly durationSeconds: number
  readonly waitResolved: boolean
  /** How long to wait for the steady state before refusing. */
  readonly waitSteadySeconds: number
  readonly storeUrl: string
  readonly prometheusUrl: string
  readonly alertmanagerUrl: string
  readonly grafanaUrl: string
}

export class SettingsError extends Error {
  override name = 'SettingsError'
}

export const usage = `Usage: make chaos [SCENARIO=name] [DURATION=seconds] | make chaos-list | make chaos-stop
       node scripts/chaos/main.ts [run|list|stop] [--no-wait-resolved] [--wait-steady=seconds]`

export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  scenarios: readonly Scenario[],
): Settings {
  const problems: string[] = []
  let action: Settings['action'] = 'run'
  let waitResolved = true
  let waitSteadySeconds = 0
  for (const arg of args) {
    const steady = /^--wait-steady=(\d{1,4})$/.exec(arg)?.[1]
    if (arg === 'run' || arg === 'list' || arg === 'stop') action = arg
    else if (arg === '--no-wait-resolved') waitResolved = false
    else if (steady !== undefined) waitSteadySeconds = Number(steady)
    else problems.push(`Unknown argument '${arg}'.`)
  }

  const name = env.SCENARIO || scenarios[0]?.name
  const scenario = scenarios.find(candidate => candidate.name === name)
  if (!scenario) problems.push(`SCENARIO is '${name}'; there are: ${scenarios.map(known => known.name).join(', ')}.`)

  const duration = env.DURATION || String(scenario?.durationSeconds ?? 0)
  if (!/^[1-9]\d{0,4}$/.test(duration) || Number(duration) > 86_400) {
    problems.push(`DURATION is '${duration}'; it must be whole seconds from 1 to 86400.`)
  }

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

  if (problems.length > 0 || !scenario) throw new SettingsError([...problems, usage].join('\n'))
  return { action, scenario, durationSeconds: Number(duration), waitResolved, waitSteadySeconds, ...addresses }
}
