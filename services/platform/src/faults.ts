// Trouble made on purpose. A service follows the lab's list of faults and applies what concerns it at four places. A fault
// lapses at its own end even when the lab is gone, so that nobody is left with a broken store.
import { context, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Fault, FaultPoint } from '@techmart/contracts/faults'
import { FaultList, listFaults } from '@techmart/contracts/lab-routes'
import Value from 'typebox/value'
import { findJourneyName } from './journey.ts'
import type { Log } from './log.ts'
import { UpstreamError } from './refusals.ts'
import { delay } from './wait.ts'

/** What a fault of kind `error` throws, and a hang that has ended. Like an upstream that cannot be reached: 503. */
export class FaultError extends UpstreamError {
  constructor(fault: Pick<Fault, 'scenario' | 'point'>) {
    super(`A fault made on purpose struck here (scenario ${fault.scenario}, at ${fault.point}).`, {
      kind: 'refused',
      dependency: fault.point,
    })
    this.name = 'FaultError'
  }
}

export interface Strike {
  /** Route (`POST /charges`), host, statement name or topic. */
  readonly target: string
  /** Ends a delay or a hang early, since the caller has given up; then FaultError is thrown. */
  readonly signal?: AbortSignal
  /** The same after that many milliseconds; costs nothing where no fault strikes. */
  readonly limitMs?: number
}

export interface Faults {
  /** Returns at once when no fault concerns this call; else delays, throws FaultError, or hangs until signal or lapse. */
  strike(point: FaultPoint, what: Strike): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** For tests and for services that no fault may strike. */
export const noFaults: Faults = {
  strike: async () => {},
  [Symbol.asyncDispose]: async () => {},
}

export interface FollowFaultsOptions {
  /** Name of this service, as faults name it. */
  readonly service: string
  readonly labUrl: string
  readonly log: Log
  /** How often the list is read; a second by default. */
  readonly pollMs?: number
  /** A number from 0 to below 1, for the share of calls that a fault strikes. */
  readonly random?: () => number
}

/** Follows the lab's list until it is closed. Begins without faults, and goes on with the last list while the lab is away. */
export function followFaults(options: FollowFaultsOptions): Faults {
  const { service, log, pollMs = 1000, random = Math.random } = options
  const closing = new AbortController()
  let faults: readonly Fault[] = []
  let reachable = true

  const poll = async () => {
    while (!closing.signal.aborted) {
      try {
        faults = (await readFaults(options.labUrl, closing.signal)).filter(fault => fault.service === service)
        if (!reachable) log.info('the list of faults can be read again')
        reachable = true
      } catch (error) {
        if (reachable && !closing.signal.aborted)
          log.warn('the list of faults cannot be read; faults end by themselves', { error })
        reachable = false
      }
      await delay(pollMs, closing.signal)
    }
  }
  const polling = poll()

  return {
    strike: async (point, what) => {
      if (faults.length === 0) return
      const now = Date.now()
      for (const fault of faults) {
        if (fault.point === point && concerns(fault, what.target, now) && random() < fault.ratio) {
          await apply(fault, endOf(what, closing.signal))
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await polling
    },
  }
}

async function readFaults(labUrl: string, signal: AbortSignal): Promise<readonly Fault[]> {
  // Not a span a second in every service.
  return context.with(suppressTracing(context.active()), async () => {
    const response = await fetch(new URL(listFaults.path, labUrl), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]),
    })
    const body: unknown = await response.json()
    if (!response.ok || !Value.Check(FaultList, body)) {
      throw new UpstreamError(`the lab answered ${response.status} with something that is not a list of faults`, {
        kind: 'bad-answer',
        dependency: 'lab',
      })
    }
    return body.faults
  })
}

function concerns(fault: Fault, target: string, now: number): boolean {
  if (now < Date.parse(fault.startsAt) || now >= Date.parse(fault.endsAt)) return false
  if (fault.target !== undefined && fault.target !== target) return false
  return fault.journey === undefined || fault.journey === findJourneyName()
}

/** A closed follower lets nobody hang. */
function endOf({ signal, limitMs }: Strike, closing: AbortSignal): AbortSignal {
  const limit = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs)
  return AbortSignal.any([closing, signal, limit].filter(each => each !== undefined))
}

async function apply(fault: Fault, signal: AbortSignal): Promise<void> {
  trace.getSpan(context.active())?.setAttribute('chaos.fault', fault.scenario)
  if (fault.kind === 'error') throw new FaultError(fault)
  const waitMs = fault.kind === 'latency' ? (fault.latencyMs ?? 1000) : Date.parse(fault.endsAt) - Date.now()
  await delay(waitMs, signal)
  if (fault.kind === 'hang' || signal.aborted) throw new FaultError(fault)
}
