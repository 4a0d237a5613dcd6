// One scenario from injection to "resolved". Whatever happens here, its faults are ended: at the latest by the lab itself, since
// each carries its own end.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '@techmart/contracts/faults'
import type { LabApi } from '../lib/lab-api.ts'
import type { PrometheusApi } from './prometheus-api.ts'
import type { Scenario } from './scenario.ts'
import { EventMeter, failedDurations, type Objective, readCounts, readObjective } from './sli.ts'
import { type Entry, startTimeline, type Timeline } from './timeline.ts'
import { AlertWatch } from './watch-alerts.ts'

export interface RunOptions {
  readonly scenario: Scenario
  readonly durationSeconds: number
  readonly lab: LabApi
  readonly prometheus: PrometheusApi
  readonly tell: (line: string) => void
  /** Where a person looks at a trace. */
  readonly traceUrl: (traceId: string) => string
  /** Aborted by Ctrl-C: everything is undone at once. */
  readonly stop: AbortSignal
  /** Whether to wait until the promised alerts are resolved. */
  readonly waitResolved: boolean
  /** How long after healing an alert may take to resolve: the short window (5 min), and delivery. */
  readonly resolveLimitSeconds?: number
  /** How long after healing a delivery may still arrive. */
  readonly deliveryLimitSeconds?: number
  readonly pollMs?: number
  readonly now?: () => number
}

export interface RunResult {
  readonly outcome: 'held' | 'broken' | 'interrupted'
  readonly missed: readonly string[]
  readonly timeline: readonly Entry[]
  readonly spent:
    | { readonly bad: number; readonly total: number; readonly minutes: number; readonly ofMinutes: number }
    | undefined
}

/** An error of one round (a busy Prometheus, a restarted gateway) does not end the run; it is told once a cause. */
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

async function inject(options: RunOptions, onStarted: (fault: Fault) => void): Promise<void> {
  const { scenario, durationSeconds, lab } = options
  for (const fault of scenario.faults) {
    onStarted(
      await lab.startFault({
        ...fault,
        scenario: scenario.name,
        durationSeconds,
        reason: `make chaos: ${scenario.title}`,
      }),
    )
  }
}

/** Ends the given faults and makes sure that the lab lists them no more. */
async function heal(lab: LabApi, faults: readonly Fault[]): Promise<void> {
  await Promise.all(faults.map(({ id }) => lab.stopFault(id)))
  const ours = new Set(faults.map(({ id }) => id))
  const left = (await lab.listFaults()).filter(({ id }) => ours.has(id))
  if (left.length > 0)
    throw new Error(`The lab still lists ${left.length} of our faults; the last ends at ${left[0]?.endsAt}.`)
}

const describeFault = ({ service, target, kind, ratio, latencyMs }: Fault): string => {
  const what = kind === 'latency' ? `takes ${latencyMs} ms longer` : kind === 'hang' ? 'does not answer' : 'fails'
  return `${service}: ${target ?? 'everything'} ${what}${ratio < 1 ? ` ${Math.round(ratio * 100)} times of 100` : ''}`
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(ratio < 0.1 ? 2 : 0)} %`

export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { scenario, durationSeconds, lab, prometheus, stop, waitResolved } = options
  const { now = Date.now, pollMs = 1000, resolveLimitSeconds = 480, deliveryLimitSeconds = 30 } = options
  const { sli } = scenario
  const objective = await readObjective(prometheus, sli)
  const meter = new EventMeter()
  if (objective) meter.add(now(), await readCounts(prometheus, sli, objective))
  const alertsBefore = await prometheus.listAlerts()
  const lastEntry = (await lab.listInbox({ limit: 1 })).at(-1)?.id ?? 0

  const startMs = now()
  const timeline = startTimeline(startMs, options.tell)
  const tolerant = makeTolerant(timeline, now)
  const alerts = new AlertWatch(scenario.mustFire, timeline, alertsBefore)
  const faults: Fault[] = []
  let healedMs: number | undefined
  let turned = false
  let exampleShown = false

  async function healNow(step: 'healed' | 'undone', detail: string): Promise<void> {
    await heal(lab, faults)
    healedMs = now()
    timeline.add(step, healedMs, detail)
  }

  function seeSli(of: Objective): void {
    const { bad, total } = meter.since(Math.max(startMs, now() - 30_000))
    const allowed = of.pageFactor * of.budgetRatio
    if (!turned && healedMs === undefined && bad >= 2 && bad > total * allowed) {
      turned = true
      timeline.add(
        'SLI turned',
        now(),
        `${sli.journey}: ${Math.round(bad)} of ${Math.round(total)} bad, ${percent(of.budgetRatio)} allowed`,
      )
    }
    if (turned && healedMs !== undefined && now() - healedMs > 10_000) {
      const since = meter.since(now() - 10_000)
      if (since.total > 0 && since.bad <= since.total * of.budgetRatio) {
        turned = false
        timeline.add('recovered', now(), `${sli.journey}: none of the last ${Math.round(since.total)} was bad`)
      }
    }
  }

  async function look(): Promise<void> {
    await tolerant(async () => alerts.seeAlerts(await prometheus.listAlerts(), now()))
    await tolerant(async () => alerts.seeInbox(await lab.listInbox({ after: lastEntry, limit: 1000 })))
    if (!objective) return
    await tolerant(async () => {
      meter.add(now(), await readCounts(prometheus, sli, objective))
      seeSli(objective)
      await showExample()
    })
  }

  /** One failed request of a journey, as soon as an exemplar names it. */
  async function showExample(): Promise<void> {
    if (!turned || exampleShown || sli.slo !== 'availability') return
    const [traceId] = await prometheus.listExemplars(failedDurations(sli), startMs)
    if (!traceId) return
    exampleShown = true
    timeline.add('example', now(), options.traceUrl(traceId))
  }

  function isOver(): boolean {
    if (healedMs === undefined) return false
    const seconds = (now() - healedMs) / 1000
    if (!alerts.allNotified) return seconds > deliveryLimitSeconds
    // Ten more seconds of counting: what was bad before the healing is still on its way.
    if (!waitResolved) return seconds > 10
    return alerts.allResolved || seconds > resolveLimitSeconds
  }

  function settle(outcome: RunResult['outcome'], missed: readonly string[]): RunResult {
    const { bad, total } = meter.since(startMs)
    const minutes = total > 0 ? (bad / total) * ((now() - startMs) / 60_000) : 0
    const ofMinutes = objective ? (objective.periodSeconds * objective.budgetRatio) / 60 : 0
    return {
      outcome,
      missed,
      timeline: timeline.entries,
      spent: objective ? { bad, total, minutes, ofMinutes } : undefined,
    }
  }

  try {
    await inject(options, fault => {
      faults.push(fault)
      timeline.add('injected', now(), `${describeFault(fault)}, until ${fault.endsAt} at the latest`)
    })
    while (!stop.aborted && !isOver()) {
      await look()
      const elapsedSeconds = (now() - startMs) / 1000
      if (healedMs === undefined && alerts.allNotified) {
        await tolerant(() => healNow('healed', 'every promised alert was delivered: the faults are ended'))
      } else if (healedMs === undefined && elapsedSeconds >= durationSeconds) {
        await tolerant(() => healNow('healed', `${durationSeconds} s are over`))
      }
      await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined)
    }
  } finally {
    // Ctrl-C, or an error on the way: nothing may be left broken behind us.
    if (healedMs === undefined) {
      await healNow('undone', 'the faults are ended, and the lab lists them no more').catch((error: Error) => {
        const ends = faults
          .map(({ endsAt }) => endsAt)
          .sort()
          .at(-1)
        timeline.add('trouble', now(), `${error.message}. The faults end by themselves, the last at ${ends}.`)
      })
    }
  }
  if (stop.aborted) return settle('interrupted', [])
  const missed = alerts.missed(waitResolved)
  return settle(missed.length === 0 ? 'held' : 'broken', missed)
}
