// What the schema of a fault's single fields cannot say: which of them go together.
import type { FaultKind, FaultPoint, FaultRequest } from './faults.ts'

export const kindsAt: Readonly<Record<FaultPoint, readonly FaultKind[]>> = {
  'http-server': ['error', 'latency', 'hang', 'refuse'],
  'http-client': ['error', 'latency', 'hang', 'refuse'],
  database: ['error', 'latency', 'hang', 'refuse'],
  consumer: ['error', 'latency', 'hang', 'stop', 'poison'],
  process: ['cpu-burn', 'block-loop', 'leak-memory'],
}

/** A process that stands still for longer is taken for dead, and cannot be told to stop. */
export const longestBlockMs = 5_000

export interface FaultMistake {
  readonly field: string
  readonly message: string
  readonly allowed?: readonly unknown[]
}

type Checked = Pick<
  FaultRequest,
  'point' | 'kind' | 'ratio' | 'latencyMs' | 'tail' | 'leak' | 'target' | 'journey' | 'country' | 'header'
>

/** They strike as a whole: there is no single call whose route, journey or caller could be looked at. */
const unscoped: ReadonlySet<FaultKind> = new Set(['stop', 'cpu-burn', 'block-loop', 'leak-memory'])
const withoutRatio: ReadonlySet<FaultKind> = new Set(['stop', 'leak-memory'])

/** The first thing that does not go together, or undefined. `field` is a path in the request's body. */
export function findFaultMistake(fault: Checked): FaultMistake | undefined {
  const { point, kind } = fault
  const kinds = kindsAt[point]
  if (!kinds.includes(kind)) {
    return { field: 'kind', message: `There is no '${kind}' at '${point}'.`, allowed: kinds }
  }
  return findFieldMistake(fault) ?? findScopeMistake(fault)
}

function findFieldMistake({ kind, ratio, latencyMs, tail, leak }: Checked): FaultMistake | undefined {
  const delays = kind === 'latency' || kind === 'block-loop'
  if (delays && latencyMs === undefined) {
    return { field: 'latencyMs', message: `latencyMs is needed with kind '${kind}'.` }
  }
  if (!delays && latencyMs !== undefined) {
    return { field: 'latencyMs', message: `latencyMs goes with kind 'latency' or 'block-loop', not with '${kind}'.` }
  }
  if (kind === 'block-loop' && (latencyMs ?? 0) > longestBlockMs) {
    return { field: 'latencyMs', message: `A process stands still for at most ${longestBlockMs} ms at a time.` }
  }
  if (kind !== 'latency' && tail !== undefined) {
    return { field: 'tail', message: `tail goes only with kind 'latency', not with '${kind}'.` }
  }
  if ((kind === 'leak-memory') !== (leak !== undefined)) {
    return { field: 'leak', message: "leak and kind 'leak-memory' go together." }
  }
  if (withoutRatio.has(kind) && ratio !== 1) {
    return { field: 'ratio', message: `'${kind}' has no half measures: ratio must be 1.` }
  }
  return undefined
}

function findScopeMistake({ point, kind, ...scope }: Checked): FaultMistake | undefined {
  if (point === 'process' && scope.target !== undefined) {
    return { field: 'target', message: 'A process is struck as a whole: it has no target.' }
  }
  if (!unscoped.has(kind)) return undefined
  const field = (['journey', 'country', 'header'] as const).find(name => scope[name] !== undefined)
  return field && { field, message: `'${kind}' strikes as a whole and cannot be scoped by ${field}.` }
}
