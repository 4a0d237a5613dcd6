// What chaos-all has found: one row a scenario, kept on disk so that an interrupted matrix goes on where it was, and written as a
// table for docs/.
import type { RunResult } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

export interface MatrixRow {
  readonly scenario: string
  /** The day. */
  readonly seenAt: string
  readonly outcome: RunResult['outcome'] | 'refused'
  readonly promises: RunResult['promises']
  readonly missed: readonly string[]
  readonly extra: readonly string[]
  /** `null` where it did not happen or nobody waited for it. */
  readonly detectSeconds: number | null
  readonly resolveSeconds: number | null
  readonly recoverSeconds: number | null
}

export type Matrix = Readonly<Record<string, MatrixRow>>

export const toRow = (scenario: Scenario, seenAt: string, result: RunResult | undefined): MatrixRow => ({
  scenario: scenario.name,
  seenAt,
  outcome: result?.outcome ?? 'refused',
  promises: result?.promises ?? [],
  missed: result?.missed ?? ['It could not begin: the lab did not reach its steady state.'],
  extra: result?.extra ?? [],
  detectSeconds: result?.detectSeconds ?? null,
  resolveSeconds: result?.resolveSeconds ?? null,
  recoverSeconds: result?.recoverSeconds ?? null,
})

/** Those that are to be run still; what did not hold is tried again. */
export const findLeft = (scenarios: readonly Scenario[], matrix: Matrix): Scenario[] =>
  scenarios.filter(({ name }) => matrix[name]?.outcome !== 'held')

const seconds = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${value.toFixed(0)} s`

const inCell = (words: readonly string[]): string =>
  words.length === 0 ? '–' : words.join('<br>').replaceAll('|', '\\|')

function toLine({ scenario, outcome, promises, missed, extra, ...row }: MatrixRow): string {
  const fired = promises.filter(({ firingSeconds, limitSeconds }) => (firingSeconds ?? Infinity) <= limitSeconds)
  const cells = [
    `${scenario}${outcome === 'held' ? '' : ` (${outcome})`}`,
    inCell(promises.map(({ alert, limitSeconds }) => `${alert} ≤ ${limitSeconds.toFixed(0)} s`)),
    promises.length === 0
      ? '–'
      : `${fired.length} of ${promises.length}: ${promises.map(({ firingSeconds }) => seconds(firingSeconds)).join(', ')}`,
    inCell(missed),
    inCell(extra),
    seconds(row.detectSeconds),
    seconds(row.recoverSeconds),
    seconds(row.resolveSeconds),
  ]
  return `| ${cells.join(' | ')} |`
}

/** In the order of the list; what has not been run yet is named below. */
export function toTable(scenarios: readonly Scenario[], matrix: Matrix, speed: string): string {
  const rows = scenarios.flatMap(({ name }) => matrix[name] ?? [])
  const notRun = scenarios.flatMap(({ name }) => (matrix[name] ? [] : name))
  const held = rows.filter(({ outcome }) => outcome === 'held').length
  const seen = [...new Set(rows.map(({ seenAt }) => seenAt))].join(', ')
  const head = ['scenario', 'alerts promised', 'fired', 'missed', 'extra', 'to detect', 'to recover', 'to resolve']
  return [
    `${held} of ${rows.length} held at \`${speed}\`, each on a lab of its own with a warm hour${seen ? ` (${seen})` : ''}.`,
    ...(notRun.length > 0 ? [`Not run at this speed yet: ${notRun.join(', ')}.`] : []),
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map(toLine),
    '',
  ].join('\n')
}

/** Puts the table between the marks of its speed; the rest of the document stays. */
export function putTable(document: string, speed: string, table: string): string {
  const [begin, end] = [`<!-- matrix ${speed} -->`, `<!-- end of matrix ${speed} -->`]
  const from = document.indexOf(begin)
  const to = document.indexOf(end)
  if (from === -1 || to < from)
    throw new Error(`docs/chaos.md has no place for the matrix at ${speed} (${begin} … ${end}).`)
  return `${document.slice(0, from + begin.length)}\n${table}${document.slice(to)}`
}
