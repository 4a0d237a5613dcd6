// `make chaos`: breaks one thing for a bounded time and tells what happens. Exit code 0 when the promises of the scenario held,
// 1 when they did not, 2 when it could not begin, 130 after Ctrl-C.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LabApi, makeLabApi } from '../lib/lab-api.ts'
import { makePrometheusApi, type PrometheusApi } from './prometheus-api.ts'
import { type RunResult, runScenario } from './run-scenario.ts'
import { describeAlert } from './scenario.ts'
import { scenarios } from './scenario-list.ts'
import { readSettings, type Settings, SettingsError } from './settings.ts'
import { readObjective } from './sli.ts'
import { findTrouble } from './steady-state.ts'
import { stopAll } from './stop-all.ts'

const tell = (line: string): void => console.log(line)

function tellList(): void {
  const width = Math.max(...scenarios.map(({ name }) => name.length))
  for (const { name, title, durationSeconds, mustFire } of scenarios) {
    tell(`${name.padEnd(width)}  ${title} (at most ${durationSeconds} s)`)
    for (const { alertname, labels } of mustFire)
      tell(`${' '.repeat(width)}  fires ${describeAlert({ alertname, ...labels })}`)
  }
  tell('\nmake chaos SCENARIO=name DURATION=seconds')
}

async function waitForSteadyState(
  settings: Settings,
  lab: LabApi,
  prometheus: PrometheusApi,
  stop: AbortSignal,
): Promise<string[]> {
  const untilMs = Date.now() + settings.waitSteadySeconds * 1000
  for (;;) {
    const trouble = await findTrouble({ lab, prometheus }, settings.scenario)
    if (trouble.length === 0 || Date.now() >= untilMs || stop.aborted) return trouble
    await sleep(2000, undefined, { signal: stop }).catch(() => undefined)
  }
}

async function tellWhatToExpect({ scenario, durationSeconds }: Settings, prometheus: PrometheusApi): Promise<void> {
  tell(`${scenario.name}: ${scenario.title}, for at most ${durationSeconds} s. Ctrl-C undoes it at once.`)
  const objective = await readObjective(prometheus, scenario.sli)
  if (!objective) return
  const { pageWindowSeconds, pageFactor, budgetRatio } = objective
  const seconds = (pageWindowSeconds * pageFactor * budgetRatio) / scenario.expectedBadRatio
  tell(`After an hour of traffic the page takes about ${Math.round(seconds)} s; a younger stack is quicker.\n`)
}

function tellEnd(
  { scenario, alertmanagerUrl, prometheusUrl, grafanaUrl, storeUrl }: Settings,
  result: RunResult,
): void {
  tell('')
  if (result.spent) {
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
  tell(`Look:  ${grafanaUrl}/d/slo-overview  ${prometheusUrl}/alerts  ${alertmanagerUrl}  ${storeUrl}/lab/inbox`)
  for (const sentence of result.missed) tell(`Broken promise: ${sentence}`)
  if (result.outcome === 'held') tell('Every promise of the scenario held.')
}

async function run(settings: Settings, lab: LabApi, prometheus: PrometheusApi): Promise<number> {
  const stop = new AbortController()
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1
      if (signals > 2) process.exit(130)
      if (signals > 1) return tell('Ending the faults; once more to leave at once. They end by themselves in any case.')
      tell(`\n${signal}: undoing.`)
      stop.abort()
    })
  }

  const trouble = await waitForSteadyState(settings, lab, prometheus, stop.signal)
  if (stop.signal.aborted) return 130
  if (trouble.length > 0) {
    tell(`Not broken: the lab is not in its steady state, so that ${settings.scenario.name} would prove nothing.`)
    for (const sentence of trouble) tell(`  - ${sentence}`)
    return 2
  }
  await tellWhatToExpect(settings, prometheus)
  const traceUrl = (traceId: string): string => `${settings.storeUrl}/lab/traces/${traceId}`
  const result = await runScenario({ ...settings, lab, prometheus, tell, traceUrl, stop: stop.signal })
  tellEnd(settings, result)
  return { held: 0, broken: 1, interrupted: 130 }[result.outcome]
}

async function main(): Promise<number> {
  try {
    // The lab's settings, ports among them; the shell's own variables win.
    if (existsSync('.env')) process.loadEnvFile('.env')
    const settings = readSettings(process.argv.slice(2), process.env, scenarios)
    const lab = makeLabApi(settings.storeUrl)
    const prometheus = makePrometheusApi(settings.prometheusUrl)
    if (settings.action === 'run') return await run(settings, lab, prometheus)
    if (settings.action === 'stop') return (await stopAll({ lab, prometheus, tell })) ? 0 : 1
    tellList()
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    if (!(error instanceof SettingsError)) console.error('Is the lab up? make status tells, make up starts it.')
    return 2
  }
}

process.exitCode = await main()
