// `make chaos-all`: the whole matrix. Each scenario has a lab of its own, fresh and with a warm hour, so that none inherits the
// burn of the one before (docs/decisions/a-fresh-lab-for-each-scenario.md). Resumable: what held is not run again.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLabStack } from '../../bench/time-to-page/lab-stack.ts'
import type { SpeedName } from '../slo/windows.ts'
import { findLeft, type Matrix, putTable, toRow, toTable } from './matrix.ts'
import type { RunResult } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

export interface AllOptions {
  readonly scenarios: readonly Scenario[]
  /** Only this one, though it held before. */
  readonly only: string | undefined
  readonly speed: SpeedName
  readonly waitResolved: boolean
  readonly tell: (line: string) => void
  readonly stop: AbortSignal
  /** Undefined when it could not begin. */
  readonly runOnFreshLab?: (scenario: Scenario) => Promise<RunResult | undefined>
  /** Where results are kept, and the document with the table. */
  readonly folder?: string
  readonly document?: string
}

/** A fresh lab is steady a minute after its start; its alerts hold back for two. */
const waitSteadySeconds = 300

function readMatrix(file: string): Matrix {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Matrix) : {}
}

/** Runs one scenario in a process of its own, whose Docker commands mean that lab. */
function runInLab(
  scenario: Scenario,
  options: AllOptions,
  env: NodeJS.ProcessEnv,
  resultFile: string,
): Promise<RunResult | undefined> {
  const flags = [`--wait-steady=${waitSteadySeconds}`, `--result=${resultFile}`]
  if (!options.waitResolved) flags.push('--no-wait-resolved')
  rmSync(resultFile, { force: true })
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C reaches this program, which passes it on once.
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'run', ...flags], {
      env: { ...env, SCENARIO: scenario.name, DURATION: '' },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    })
    const interrupt = () => child.kill('SIGINT')
    options.stop.addEventListener('abort', interrupt, { once: true })
    child.once('error', reject)
    child.once('exit', () => {
      options.stop.removeEventListener('abort', interrupt)
      resolve(existsSync(resultFile) ? (JSON.parse(readFileSync(resultFile, 'utf8')) as RunResult) : undefined)
    })
  })
}

async function runOnLabOfItsOwn(scenario: Scenario, options: AllOptions): Promise<RunResult | undefined> {
  await using opened = new AsyncDisposableStack()
  const project = `techmart-chaos-${process.pid}`
  const stack = await openLabStack(opened, project, options.stop, options.speed)
  const env = { ...stack.env, STORE_URL: stack.storeUrl, PROMETHEUS_URL: stack.prometheusUrl }
  return await runInLab(scenario, options, env, `.lab/chaos-result-${options.speed}.json`)
}

/** Whether all of them hold now, or the one that was asked for. */
export async function runAll(options: AllOptions): Promise<boolean> {
  const { scenarios, only, speed, tell, stop, folder = '.lab', document = 'docs/chaos.md' } = options
  const { runOnFreshLab = (scenario: Scenario) => runOnLabOfItsOwn(scenario, options) } = options
  mkdirSync(folder, { recursive: true })
  const file = `${folder}/chaos-all-${speed}.json`
  let matrix = readMatrix(file)
  const asked = only ? scenarios.filter(({ name }) => name === only) : scenarios
  const left = only ? asked : findLeft(asked, matrix)
  tell(`${left.length} of ${scenarios.length} scenarios to run at ${speed}; results are kept in ${file}.`)
  for (const scenario of left) {
    if (stop.aborted) break
    tell(`\n== ${scenario.name}: a fresh lab ==`)
    const result = await runOnFreshLab(scenario)
    if (stop.aborted) break
    matrix = { ...matrix, [scenario.name]: toRow(scenario, new Date().toISOString().slice(0, 10), result) }
    writeFileSync(file, `${JSON.stringify(matrix, undefined, 2)}\n`)
    writeFileSync(document, putTable(readFileSync(document, 'utf8'), speed, toTable(scenarios, matrix, speed)))
  }
  tell(`\n${toTable(scenarios, matrix, speed)}`)
  return findLeft(asked, matrix).length === 0
}
