// What is broken in containers now, on disk: it outlives the run and its guard. One file for each lab on this machine. Its id tells
// whose breakage it is: whoever undoes one late must not undo the next one instead.
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { ContainerAction } from './scenario.ts'

export interface ActionRecord {
  readonly id: string
  /** Name of the scenario. */
  readonly scenario: string
  readonly actions: readonly ContainerAction[]
  /** Whether all of it was done to its end; otherwise the engine may still be at it. */
  readonly isDone: boolean
}

const folder = '.lab'
const fileOf = (): string => `${folder}/chaos-actions-${process.env.COMPOSE_PROJECT_NAME || 'techmart'}.json`

function write(record: ActionRecord): void {
  mkdirSync(folder, { recursive: true })
  // At once: a guard may be reading it.
  writeFileSync(`${fileOf()}.next`, JSON.stringify(record))
  renameSync(`${fileOf()}.next`, fileOf())
}

export function recordActions(scenario: string, actions: readonly ContainerAction[]): string {
  const id = randomUUID()
  write({ id, scenario, actions, isDone: false })
  return id
}

export function findRecord(): ActionRecord | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(), 'utf8')) as ActionRecord
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Says that it was done to its end. */
export function closeRecord(id: string): void {
  const record = findRecord()
  if (record?.id === id) write({ ...record, isDone: true })
}

/** Whether it was there: whoever takes it away has put it right, and nobody else has. */
export function forgetActions(id: string): boolean {
  const isThere = findRecord()?.id === id
  if (isThere) rmSync(fileOf(), { force: true })
  return isThere
}
