// `make chaos`: breaks one thing for a bounded time and tells what happens. Exit code 0 when the promises of the scenario held,
// 1 when they did not, 2 when it could not begin, 130 after Ctrl-C.
import { existsSync } from 'node:fs'
import { type LabApi, makeLabApi } from '../lib/lab-api.ts'
import { runAll } from './all-scenarios.ts'
import { type Containers, makeContainers, undoRecorded } from './containers.ts'
import { deployBad, deployGood } from './deploy-bad.ts'
import { tellList } from './list-scenarios.ts'
import { makePrometheusApi } from './prometheus-api.ts'
import { readPromiseSpec } from './promise-time.ts'
import { runOnce } from './run-once.ts'
import { scenarios } from './scenario-list.ts'
import { readSettings, SettingsError } from './settings.ts'
import { stopAll } from './stop-all.ts'

const tell = (line: string): void => console.log(line)

/** The first signal undoes everything; nobody can leave by accident while something is broken. */
function listenForSignals(): AbortSignal {
  const stop = new AbortController()
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1
      if (signals > 2) process.exit(130)
      if (signals > 1) return tell('Undoing; once more to leave at once. Everything ends by itself in any case.')
      tell(`\n${signal}: undoing.`)
      stop.abort()
    })
  }
  return stop.signal
}

const deployParts = (lab: LabApi, containers: Containers) => ({ lab, containers, undoRecorded, tell, now: Date.now })

async function main(): Promise<number> {
  try {
    // The lab's settings, ports among them; the shell's own variables win.
    if (existsSync('.env')) process.loadEnvFile('.env')
    const settings = readSettings(process.argv.slice(2), process.env, scenarios)
    const lab = makeLabApi(settings.storeUrl)
    const prometheus = makePrometheusApi(settings.prometheusUrl)
    const containers = makeContainers(settings)
    const spec = readPromiseSpec()
    switch (settings.action) {
      case 'run':
        return await runOnce(settings, { lab, prometheus, containers, spec, tell, stop: listenForSignals() })
      case 'stop':
        return (await stopAll({ lab, prometheus, tell, undoContainers: undoRecorded })) ? 0 : 1
      case 'all': {
        const only = process.env.SCENARIO || undefined
        const { speed, waitResolved } = settings
        return (await runAll({ scenarios, only, speed, waitResolved, tell, stop: listenForSignals() })) ? 0 : 1
      }
      case 'deploy-bad': {
        const parts = { ...deployParts(lab, containers), stop: listenForSignals() }
        return (await deployBad(parts, settings.durationSeconds)) ? 0 : 1
      }
      case 'deploy-good':
        await deployGood(deployParts(lab, containers))
        return 0
      case 'list':
        tellList(spec, tell)
        return 0
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    if (!(error instanceof SettingsError)) console.error('Is the lab up? make status tells, make up starts it.')
    return 2
  }
}

process.exitCode = await main()
