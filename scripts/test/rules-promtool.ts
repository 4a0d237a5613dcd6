// Runs `promtool test rules` on cases made at test time. The compiled rules are copied beside them, so that the folder can be
// mounted in a container.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { runPromtool, type ToolResult } from '../lib/promtool.ts'
import type { InputSeries } from './rules-simulation.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Expectation {
  readonly expr: string
  readonly atSeconds: number
  readonly samples: readonly { readonly labels: string; readonly value: number }[]
}

export interface RuleCase {
  readonly name: string
  /** Seconds between two samples. */
  readonly intervalSeconds: number
  readonly series: readonly InputSeries[]
  readonly expect: readonly Expectation[]
}

export interface RuleCases {
  readonly speed: string
  /** Without the ending; all rule files of the speed where absent. */
  readonly files?: readonly string[]
  readonly evaluateEverySeconds: number
  readonly cases: readonly RuleCase[]
  /** Changes the rules' text, to see what they would do otherwise. */
  readonly rewrite?: (text: string) => string
}

/** Objectives first, then counts and budget, then the slower tiers that read them. */
const groupOrder = ['slo-fast', 'slo-slow', 'slo-counts', 'slo-budget', 'slo-steady', 'slo-trickle', 'lab']

/** Below the repository, since these tests may run in a container that shares nothing else with Docker's host. */
export async function makeFolder(t: TestContext): Promise<string> {
  await mkdir(join(root, '.lab'), { recursive: true })
  const folder = await mkdtemp(join(root, '.lab', 'rules-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  // The image's user is nobody.
  await chmod(folder, 0o755)
  return folder
}

export async function runRuleCases(t: TestContext, cases: RuleCases): Promise<ToolResult> {
  const folder = await makeFolder(t)
  const rules = join(root, 'prometheus/rules', cases.speed)
  await mkdir(join(folder, 'rules'))
  for (const file of await readdir(rules)) {
    const text = await readFile(join(rules, file), 'utf8')
    await writeFile(join(folder, 'rules', file), cases.rewrite ? cases.rewrite(text) : text)
  }
  const names = cases.files ?? ['*']
  const test = {
    rule_files: names.map(name => `rules/${name}.yml`),
    evaluation_interval: `${cases.evaluateEverySeconds}s`,
    group_eval_order: groupOrder,
    tests: cases.cases.map(one => ({
      name: one.name,
      interval: `${one.intervalSeconds}s`,
      input_series: one.series,
      promql_expr_test: one.expect.map(({ expr, atSeconds, samples }) => ({
        expr,
        eval_time: `${atSeconds}s`,
        exp_samples: samples,
      })),
    })),
  }
  await writeFile(join(folder, 'cases.yml'), stringify(test, { lineWidth: 0, aliasDuplicateObjects: false }))
  return await runPromtool(folder, ['test', 'rules', 'cases.yml'])
}
