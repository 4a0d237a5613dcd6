// What a struck call throws. To whoever calls it is like the real thing, so that everything built against the real thing is tried.
import type { Fault, FaultPoint } from '@techmart/contracts/faults'
import { UpstreamError, type UpstreamFailure } from './refusals.ts'

export type StruckBy = Pick<Fault, 'scenario' | 'point' | 'hidden'> & Partial<Pick<Fault, 'kind'>>

/** How a call that failed on purpose looks: 503, or 504 where it hung; at a client as the dependency's own failure would. */
export class FaultError extends UpstreamError {
  /** The connection itself is not taken: the server hangs up without an answer. */
  readonly isRefusal: boolean

  constructor(fault: StruckBy, target?: string) {
    super(wordsOf(fault), { kind: failureOf(fault), dependency: dependencyOf(fault.point, target) })
    // A blind exercise is not given away by the name of an exception.
    if (!fault.hidden) this.name = 'FaultError'
    this.isRefusal = fault.kind === 'refuse'
  }
}

/** A message that cannot be handled, however often it is tried. No upstream is away: another message would fare better. */
export class PoisonError extends Error {
  constructor(fault: StruckBy) {
    super(fault.hidden ? 'The message cannot be handled.' : wordsOf(fault))
    if (!fault.hidden) this.name = 'PoisonError'
  }
}

function wordsOf({ scenario, point, hidden }: StruckBy): string {
  return hidden ? 'The call failed.' : `A fault made on purpose struck here (scenario ${scenario}, at ${point}).`
}

function failureOf({ point, kind }: StruckBy): UpstreamFailure {
  if (kind === 'hang') return 'timeout'
  // As a dependency that answers, and answers nonsense: unlike `refuse`, it may have done what it was asked.
  return point === 'http-client' && kind === 'error' ? 'bad-answer' : 'refused'
}

const dependencyOf = (point: FaultPoint, target: string | undefined): string =>
  point === 'http-client' && target !== undefined ? target : point
