// What is broken in containers now, on disk: it outlives the run and its guard. One file for each lab on this machine.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ContainerAction } from './scenario.ts'

const folder = '.lab'
const fileOf = (): string => `${folder}/chaos-actions-${process.env.COMPOSE_PROJECT_NAME || 'techmart'}.json`

export function recordActions(actions: readonly ContainerAction[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(), JSON.stringify(actions))
}

export function readActions(): ContainerAction[] {
  try {
    return JSON.parse(readFileSync(fileOf(), 'utf8')) as ContainerAction[]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export const forgetActions = (): void => rmSync(fileOf(), { force: true })
