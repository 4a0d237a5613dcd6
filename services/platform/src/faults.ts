// Trouble made on purpose. A service follows the lab's list of faults and applies what concerns it. A fault begins and lapses by
// its own times even when the lab is gone, so that nobody is left with a broken store.
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { Fault, type FaultPoint } from '@techmart/contracts/faults'
import { listFaults } from '@techmart/contracts/lab-routes'
import { Compile } from 'typebox/compile'
import { followEndings } from './fault-endings.ts'
import { markFaults } from './fault-marks.ts'
import { startProcessFault } from './fault-process.ts'
import { type Call, concerns, needsMarks } from './fault-scope.ts'
import { isDrawn, strikeCall, type Victim } from './fault-strike.ts'
import type { Log } from './log.ts'
import { UpstreamError } from './refusals.ts'
import { delay } from './wait.ts'

export { FaultError, PoisonError } from './fault-error.ts'

export interface Strike extends Call, Victim {
  /** Ends a delay or a hang early, since the caller has given up; then FaultError is thrown. */
  readonly signal?: AbortSignal
  /** The same after that many milliseconds; costs nothing where no fault strikes. */
  readonly limitMs?: number
}

export interface Faults {
  /** Returns at once when no fault concerns this call; else delays, throws FaultError, or hangs until signal, lapse or stop. */
  strike(point: FaultPoint, what: Strike): Promise<void>
  /** False nearly always: then strike() need not even be called. */
  areActive(): boolean
  /** Whether requests are to carry their country and chosen word along, since a fault somewhere asks for them. */
  areScoped(): boolean
  /** Calls back at once, and whenever the faults that are active in this process have changed. */
  watch(listener: (active: readonly Fault[]) => void): Disposable
  [Symbol.asyncDispose](): Promise<void>
}

/** For tests and for services that no fault may strike. */
export const noFaults: Faults = {
  strike: async () => {},
  areActive: () => false,
  areScoped: () => false,
  watch: listener => {
    listener([])
    return { [Symbol.dispose]: () => {} }
  },
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
  const active = makeActiveFaults()
  let scopedUntilMs = 0
  let reachable = true

  const poll = async () => {
    while (!closing.signal.aborted) {
      try {
        const all = await readFaults(options.labUrl, closing.signal)
        scopedUntilMs = Math.max(0, ...all.filter(needsMarks).map(({ endsAt }) => Date.parse(endsAt)))
        active.replace(all.filter(fault => fault.service === service))
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
  // Not a span a second in every service.
  const polling = context.with(suppressTracing(ROOT_CONTEXT), poll)
  const processFaults = active.watch(makeProcessFaults(log))
  const marking = active.watch(markFaults)
  const endings = followEndings(active.watch)

  const strikeEach = async (point: FaultPoint, what: Strike) => {
    for (const fault of active.list()) {
      // It may be over by now: the call has perhaps waited in another one.
      const over = endings.find(fault.id)
      if (over && fault.point === point && concerns(fault, what) && isDrawn(fault, what, random)) {
        await strikeCall(fault, what, { givenUp: endOf(what, closing.signal), over }, random)
      }
    }
  }

  return {
    strike: async (point, what) => {
      if (active.list().length > 0) await strikeEach(point, what)
    },
    areActive: () => active.list().length > 0,
    areScoped: () => scopedUntilMs > 0 && Date.now() < scopedUntilMs,
    watch: active.watch,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      active.replace([])
      processFaults[Symbol.dispose]()
      marking[Symbol.dispose]()
      endings[Symbol.dispose]()
      await polling
    },
  }
}

/** Those of the list whose time it is. A timer waits for the next beginning or end, whether or not the lab can be heard. */
function makeActiveFaults() {
  const listeners = new Set<(active: readonly Fault[]) => void>()
  let all: readonly Fault[] = []
  let active: readonly Fault[] = []
  let nextEndMs = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const refresh = () => {
    clearTimeout(timer)
    const now = Date.now()
    const current = all.filter(({ startsAt, endsAt }) => Date.parse(startsAt) <= now && now < Date.parse(endsAt))
    const changed = current.map(({ id }) => id).join() !== active.map(({ id }) => id).join()
    active = current
    nextEndMs = Math.min(...active.map(({ endsAt }) => Date.parse(endsAt)))
    const nextMs = Math.min(
      ...all.flatMap(fault => [fault.startsAt, fault.endsAt].map(Date.parse)).filter(at => at > now),
    )
    if (Number.isFinite(nextMs)) timer = setTimeout(refresh, nextMs - now)
    if (changed) for (const listener of listeners) listener(active)
  }

  return {
    list: (): readonly Fault[] => {
      // A timer is late where the event loop is held up; a fault's end is not.
      if (active.length > 0 && Date.now() >= nextEndMs) refresh()
      return active
    },
    replace: (faults: readonly Fault[]) => {
      if (faults.length === 0 && all.length === 0) return
      all = faults
      refresh()
    },
    watch: (listener: (active: readonly Fault[]) => void): Disposable => {
      listeners.add(listener)
      listener(active)
      return { [Symbol.dispose]: () => listeners.delete(listener) }
    },
  }
}

/** Begins and ends the faults of the process itself as they come and go. */
function makeProcessFaults(log: Log): (active: readonly Fault[]) => void {
  const running = new Map<string, () => void>()
  return active => {
    const wanted = new Map(active.filter(({ point }) => point === 'process').map(fault => [fault.id, fault]))
    for (const [id, stop] of running) {
      if (wanted.has(id)) continue
      stop()
      running.delete(id)
      log.info('this process is left in peace again')
    }
    for (const [id, fault] of wanted) {
      if (running.has(id)) continue
      running.set(id, startProcessFault(fault))
      if (!fault.hidden) log.warn(`a fault strikes this process: ${fault.kind}`, { scenario: fault.scenario })
    }
  }
}

const faultShape = Compile(Fault)

async function readFaults(labUrl: string, signal: AbortSignal): Promise<readonly Fault[]> {
  const response = await fetch(new URL(listFaults.path, labUrl), {
    signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]),
  })
  const body = (await response.json()) as { faults?: unknown } | null
  if (!response.ok || !Array.isArray(body?.faults)) {
    throw new UpstreamError(`the lab answered ${response.status} with something that is not a list of faults`, {
      kind: 'bad-answer',
      dependency: 'lab',
    })
  }
  // A lab that is newer than this process knows faults that this process does not.
  return body.faults.filter(fault => faultShape.Check(fault))
}

/** A closed follower lets nobody hang. */
function endOf({ signal, limitMs }: Strike, closing: AbortSignal): AbortSignal {
  const limit = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs)
  return AbortSignal.any([closing, signal, limit].filter(each => each !== undefined))
}
