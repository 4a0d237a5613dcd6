// One scenario from injection to "resolved". Whatever happens here, it is undone: at the latest by the lab and by the guard of
// the containers, since everything carries its own end.
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabApi } from '../lib/lab-api.ts'
import { findLeftovers } from './after-checks.ts'
import { makeBreakage } from './breakage.ts'
import type { Containers } from './containers.ts'
import type { InheritedBurn } from './judge-alert.ts'
import { type Marks, makeMarks } from './marks.ts'
import { isWithinObjective, type Probe } from './probe.ts'
import type { PrometheusApi } from './prometheus-api.ts'
import type { Scenario } from './scenario.ts'
import { type Entry, startTimeline, type Timeline } from './timeline.ts'
import { AlertWatch, type PromiseOutcome, type WatchedPromise } from './watch-alerts.ts'
import { openSliWatch, type Spent } from './watch-sli.ts'

export interface RunOptions {
  readonly scenario: Scenario
  readonly promises: readonly WatchedPromise[]
  readonly durationSeconds: number
  readonly inherited: readonly InheritedBurn[]
  readonly lab: LabApi
  readonly prometheus: PrometheusApi
  readonly containers: Containers
  readonly probe: Probe
  /** What is wrong with the books, in sentences. */
  readonly checkBooks: () => Promise<string[]>
  readonly tell: (line: string) => void
  /** Where a person looks at a trace. */
  readonly traceUrl: (traceId: string) => string
  /** Aborted by Ctrl-C: everything is undone at once. */
  readonly stop: AbortSignal
  /** Whether to wait until the promised alerts of the highest severity are resolved. */
  readonly waitResolved: boolean
  /** How long after healing an alert may take to resolve. */
  readonly resolveLimitSeconds: number
  /** How long marks and lag may take to go afterwards. */
  readonly afterLimitSeconds?: number
  readonly pollMs?: number
  readonly now?: () => number
}

export interface RunResult {
  readonly outcome: 'held' | 'broken' | 'interrupted'
  readonly missed: readonly string[]
  readonly extra: readonly string[]
  readonly promises: readonly PromiseOutcome[]
  readonly timeline: readonly Entry[]
  readonly spent: Spent | undefined
  /** From the injection until somebody knows; from healing until it is over, for requests and for alerts. */
  readonly detectSeconds: number | undefined
  readonly recoverSeconds: number | undefined
  readonly resolveSeconds: number | undefined
}

/** An error of one round (a busy Prometheus, a gateway that is away) does not end the run; it is told once a cause. */
function makeTolerant(timeline: Timeline, now: () => number) {
  const told = new Set<string>()
  return async (round: () => Promise<void>): Promise<void> => {
    try {
      await round()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (!told.has(message)) timeline.add('trouble', now(), message)
      told.add(message)
    }
  }
}

export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { scenario, durationSeconds, lab, prometheus, stop, waitResolved, promises } = options
  const { now = Date.now, pollMs = 1000 } = options
  const openSli = await openSliWatch(prometheus, scenario, now())
  const before = await prometheus.listAlerts()
  const lastEntry = (await lab.listInbox({ limit: 1 })).at(-1)?.id ?? 0

  const startMs = now()
  const timeline = startTimeline(startMs, options.tell)
  const tolerant = makeTolerant(timeline, now)
  const sli = openSli(timeline, startMs, options.traceUrl)
  const alerts = new AlertWatch({ scenario, promises, timeline, startMs, before, inherited: options.inherited })
  const marks = makeMarks(lab, now)
  const breakage = makeBreakage({ ...options, marks, timeline, now })
  const recovery = makeRecovery(options, timeline, marks, now)
  const deliverySeconds = Math.max(...promises.map(promise => promise.deliveryLimitSeconds))
  let healedMs: number | undefined

  async function look(): Promise<void> {
    await tolerant(async () => alerts.seeAlerts(await prometheus.listAlerts(), now()))
    await tolerant(async () => alerts.seeInbox(await lab.listInbox({ after: lastEntry, limit: 1000 })))
    await tolerant(() => sli.look(now(), healedMs === undefined))
  }

  async function heal(step: 'healed' | 'undone', detail: string): Promise<void> {
    await breakage.heal()
    healedMs = now()
    timeline.add(step, healedMs, detail)
  }

  function isOver(): boolean {
    if (healedMs === undefined || !recovery.isOver()) return false
    const seconds = (now() - healedMs) / 1000
    if (!alerts.allNotified) return seconds > deliverySeconds
    return !waitResolved || alerts.allResolved || seconds > options.resolveLimitSeconds
  }

  const settle = (outcome: RunResult['outcome'], missed: readonly string[]): RunResult => ({
    outcome,
    missed,
    extra: alerts.extra,
    promises: alerts.outcomes,
    timeline: timeline.entries,
    spent: sli.spent(now()),
    detectSeconds: secondsBetween(startMs, alerts.detectedMs),
    recoverSeconds: secondsBetween(healedMs, recovery.recoveredMs()),
    resolveSeconds: secondsBetween(healedMs, alerts.resolvedMs),
  })

  try {
    await breakage.start()
    while (!stop.aborted && !isOver()) {
      await look()
      if (healedMs !== undefined) recovery.look(healedMs)
      const seconds = (now() - startMs) / 1000
      const isKnown = scenario.inboxIsAway ? alerts.allFiring : alerts.allNotified
      if (healedMs === undefined && isKnown && seconds >= (scenario.holdSeconds ?? 0)) {
        const what = scenario.inboxIsAway ? 'fires' : 'was delivered'
        await tolerant(() => heal('healed', `every promised alert ${what}: what was broken is put right`))
      } else if (healedMs === undefined && seconds >= durationSeconds) {
        await tolerant(() => heal('healed', `${durationSeconds} s are over`))
      }
      await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined)
    }
  } finally {
    // Ctrl-C, or an error on the way: nothing may be left broken behind us.
    if (healedMs === undefined) {
      await heal('undone', 'what was broken is put right, and the lab lists no fault of ours').catch((error: Error) =>
        timeline.add('trouble', now(), `${error.message} All of it ends by itself, the last at ${breakage.endsAt}.`),
      )
    }
  }
  if (stop.aborted) return settle('interrupted', [])
  const left = await findLeftovers(options)
  const missed = [...alerts.missed(waitResolved), ...recovery.missed, ...left]
  return settle(missed.length + alerts.extra.length === 0 ? 'held' : 'broken', missed)
}

/** None where the second came before the first: an alert may be over before its container is called healthy. */
const secondsBetween = (fromMs: number | undefined, toMs: number | undefined): number | undefined =>
  fromMs === undefined || toMs === undefined ? undefined : Math.max(toMs - fromMs, 0) / 1000

/** How often the probe is repeated when it found requests outside their objective. */
const probeTries = 6

/** Probes from `recoverWithinSeconds` after healing on, until all is well or it has tried often enough. */
function makeRecovery({ scenario, probe, stop }: RunOptions, timeline: Timeline, marks: Marks, now: () => number) {
  const { recoverWithinSeconds } = scenario
  const missed: string[] = []
  let recoveredMs: number | undefined
  let begun = false
  let over = false

  async function probeUntilWell(): Promise<void> {
    for (let attempt = 1; attempt <= probeTries && !stop.aborted; attempt += 1) {
      const beganMs = now()
      const result = await probe(stop)
      const { asked, failed, slow, example } = result
      const words = `${failed} of ${asked} of our own requests failed and ${slow} were slow`
      if (isWithinObjective(result)) {
        recoveredMs = beganMs
        timeline.add('recovered', beganMs, `${words} in the ten seconds from then on`)
        await marks.add({ kind: 'recovered', text: words, scenario: scenario.name })
        return
      }
      const detail = `${words}${example ? ` (${example})` : ''}`
      timeline.add('trouble', now(), detail)
      if (attempt === 1) missed.push(`${recoverWithinSeconds} s after healing, ${detail}.`)
    }
  }

  return {
    missed,
    isOver: () => over,
    recoveredMs: () => recoveredMs,
    /** Begins to probe when it is time to. */
    look(healedMs: number): void {
      if (begun || now() - healedMs < recoverWithinSeconds * 1000) return
      begun = true
      probeUntilWell()
        .catch((error: Error) => missed.push(`Whether requests are well again could not be asked: ${error.message}.`))
        .finally(() => {
          over = true
        })
    },
  }
}
