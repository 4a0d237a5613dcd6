// The readable cases of prometheus/tests: written for the speed `real`; a file without a speed in its name holds at both.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { parse } from 'yaml'
import { runPromtool, type ToolResult } from '../lib/promtool.ts'
import { type SpeedName, speedNames } from '../slo/windows.ts'
import { makeFolder, root } from './rules-promtool.ts'

export interface CaseFile {
  readonly file: string
  readonly text: string
  readonly speeds: readonly SpeedName[]
}

export async function readCaseFiles(): Promise<CaseFile[]> {
  const folder = join(root, 'prometheus/tests')
  const files = (await readdir(folder)).filter(file => file.endsWith('.yml')).sort()
  return await Promise.all(
    files.map(async file => {
      const only = speedNames.find(speed => file.endsWith(`.${speed}.yml`))
      return { file, text: await readFile(join(folder, file), 'utf8'), speeds: only ? [only] : speedNames }
    }),
  )
}

/** The fast tier's recorded windows have other names at the speed `lab`. */
const windowsAtLab: Readonly<Record<string, string>> = { increase5m: 'increase1m', increase1h: 'increase5m' }

const toLab = (text: string): string =>
  text.replaceAll('../rules/real/', '../rules/lab/').replace(/increase(5m|1h)\b/g, name => windowsAtLab[name] ?? name)

export async function runCaseFile(t: TestContext, { file, text }: CaseFile, speed: SpeedName): Promise<ToolResult> {
  const folder = await makeFolder(t)
  const isTranslated = speed === 'lab' && !file.endsWith('.lab.yml')
  await mkdir(join(folder, 'tests'))
  await cp(join(root, 'prometheus/rules', speed), join(folder, 'rules', speed), { recursive: true })
  await writeFile(join(folder, 'tests', file), isTranslated ? toLab(text) : text)
  return await runPromtool(folder, ['test', 'rules', `tests/${file}`])
}

interface ParsedCases {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts?: readonly unknown[] }[]
    readonly promql_expr_test?: readonly {
      readonly expr: string
      readonly exp_samples?: readonly { readonly labels: string }[]
    }[]
  }[]
}

export interface Covered {
  /** Names of alerts that a case expects to fire. */
  readonly firing: ReadonlySet<string>
  /** Names of alerts that a case expects to be silent. */
  readonly silent: ReadonlySet<string>
}

/** Which alerts a text of cases makes fire and which it holds silent, by the names in its expectations. */
export function readCoverage(text: string): Covered {
  const firing = new Set<string>()
  const silent = new Set<string>()
  for (const { alert_rule_test = [], promql_expr_test = [] } of (parse(text) as ParsedCases).tests) {
    for (const { alertname, exp_alerts = [] } of alert_rule_test)
      (exp_alerts.length > 0 ? firing : silent).add(alertname)
    for (const { expr, exp_samples = [] } of promql_expr_test) {
      const [, asked = ''] = /ALERTS\{[^}]*alertname=~?"([^"]+)"/.exec(expr) ?? []
      const names = asked.split('|').filter(name => /^[A-Z]\w+$/.test(name))
      const shown = exp_samples.flatMap(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1] ?? [])
      for (const name of shown) firing.add(name)
      // Asked for one alert, any sample is that alert; asked for several, each says its name.
      if (names.length === 1 && exp_samples.length > 0) firing.add(names[0] as string)
      if (exp_samples.length === 0) for (const name of names) silent.add(name)
    }
  }
  return { firing, silent }
}
