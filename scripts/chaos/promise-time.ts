// How long each promised alert may take, at both speeds. Everything follows from prometheus/slo (objectives, windows, factors,
// guards), from the alerts' own `for`, and from the share of events that a scenario turns bad.
import { readFileSync } from 'node:fs'
import { secondsToClear, secondsToFire } from '../slo/burn-arithmetic.ts'
import { buildLabGroups } from '../slo/lab-alerts.ts'
import { type Objectives, readObjectives } from '../slo/objectives.ts'
import { readExpectedJobs } from '../slo/services.ts'
import { toDuration } from '../slo/spec-reader.ts'
import { readWindows, type Speed, type SpeedName } from '../slo/windows.ts'
import type { PromisedAlert, Scenario } from './scenario.ts'

/** What an alert beside the burn tiers is made of. */
interface RulePace {
  readonly forSeconds: number
  readonly everySeconds: number
  readonly severity: string
}

export interface PromiseSpec {
  readonly objectives: Objectives
  readonly speeds: Readonly<Record<SpeedName, Speed>>
  readonly rules: Readonly<Record<SpeedName, ReadonlyMap<string, RulePace>>>
}

const secondsOf = (text: string | undefined): number => (text === undefined ? 0 : (toDuration(text)?.seconds ?? 0))

export function readPromiseSpec(root = new URL('../../prometheus/slo/', import.meta.url)): PromiseSpec {
  const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')
  const speeds = readWindows(read('windows.yml'))
  const jobs = readExpectedJobs(read('services.yml'))
  const rulesOf = ({ tiers }: Speed) => {
    const fast = tiers.find(({ name }) => name === 'fast')
    if (!fast) throw new Error('windows.yml has no fast tier.')
    return new Map(
      buildLabGroups(jobs, fast).flatMap(({ rules, interval }) =>
        rules.flatMap(rule =>
          'alert' in rule
            ? [
                [
                  rule.alert,
                  {
                    forSeconds: secondsOf(rule.for),
                    everySeconds: secondsOf(interval),
                    severity: rule.labels.severity ?? '',
                  },
                ] as const,
              ]
            : [],
        ),
      ),
    )
  }
  return {
    objectives: readObjectives(read('objectives.yml')),
    speeds,
    rules: { real: rulesOf(speeds.real), lab: rulesOf(speeds.lab) },
  }
}

/** The speed that Prometheus runs at, told by its period. */
export function findSpeed({ speeds }: PromiseSpec, periodSeconds: number): SpeedName {
  return periodSeconds === speeds.lab.period.seconds ? 'lab' : 'real'
}

/** 1 − objective, as the file has it. */
export function budgetOf({ objectives }: PromiseSpec, journey: string, slo: string): number {
  const own = objectives.journeys.find(({ name }) => name === journey)
  const text =
    slo === 'availability'
      ? (own ?? objectives.defaults).availability
      : slo === 'latency'
        ? (own ?? objectives.defaults).latency.objective
        : (slo === 'freshness' ? own?.freshness : own?.payment)?.objective
  if (text === undefined) throw new Error(`objectives.yml has no ${slo} of ${journey}.`)
  return Number((1 - Number(text)).toFixed(9))
}

/**
 * Beside the arithmetic: a second until services hear of the fault, five each until spans are flushed, scraped and judged,
 * and chance, since a tenth of few events is now fewer, now more.
 */
const slack = { share: 1.25, seconds: 30 } as const

/** From firing to the inbox: at most ten seconds of group_wait (tickets), and a busy machine. */
export const deliveryLimitSeconds = 30

export interface PromiseTime {
  /** What arithmetic says of a stack with a full window of healthy traffic; a younger one is quicker. */
  readonly expectedSeconds: number
  /** When it is late. */
  readonly limitSeconds: number
}

export function timeOf(
  spec: PromiseSpec,
  speedName: SpeedName,
  { alertname, labels, pace, latestSeconds = Number.POSITIVE_INFINITY }: PromisedAlert,
  eventsPerSecond: number,
): PromiseTime {
  if ('badRatio' in pace) {
    const tier = spec.speeds[speedName].tiers.find(({ name }) => name === pace.tier)
    const { cuj_name: journey = '', slo = '' } = labels
    const budget = budgetOf(spec, journey, slo)
    const seconds = tier && secondsToFire(tier, { budget, badShare: pace.badRatio, eventsPerSecond })
    if (seconds === undefined)
      throw new Error(`${alertname} of ${journey} (${slo}) never fires when ${pace.badRatio} of its events are bad.`)
    return { expectedSeconds: seconds, limitSeconds: limitOf(seconds, latestSeconds) }
  }
  const rule = spec.rules[speedName].get(alertname)
  if (!rule) throw new Error(`There is no alert ${alertname}.`)
  const seconds = pace.trueAfterSeconds + rule.forSeconds + rule.everySeconds
  return { expectedSeconds: seconds, limitSeconds: limitOf(seconds, latestSeconds) }
}

const limitOf = (seconds: number, latestSeconds: number): number =>
  Math.min(seconds * slack.share + slack.seconds, latestSeconds)

/** How long the scenario lasts at most: until the last of its promises would be late and delivered, or as long as it holds. */
export function durationOf(scenario: Scenario, times: readonly PromiseTime[]): number {
  const longest = Math.max(...times.map(({ limitSeconds }) => limitSeconds))
  return Math.ceil(Math.max(longest + deliveryLimitSeconds, scenario.holdSeconds ?? 0))
}

/** Nobody waits longer than this for an alert to end; an alert that looks back an hour is left to itself. */
const patienceSeconds = 600

/** Seconds after healing until an alert has ended, at most; undefined where nobody waits for that. */
export function resolveLimitOf(spec: PromiseSpec, speedName: SpeedName, promise: PromisedAlert): number | undefined {
  const fast = spec.speeds[speedName].tiers[0]
  if (!fast) return undefined
  const { pace, labels, alertname } = promise
  // What a cause broke leaves the short window, and a cause is kept as long; dead letters are news for the long one.
  const looksBack =
    'badRatio' in pace
      ? secondsToClear(fast, {
          budget: budgetOf(spec, labels.cuj_name ?? '', labels.slo ?? ''),
          badShare: pace.badRatio,
          eventsPerSecond: 1,
        })
      : alertname === 'DeadLetters'
        ? fast.long.window.seconds
        : alertname === 'PaymentFailuresInCountry'
          ? 600
          : fast.short.window.seconds
  const limit = looksBack + 180
  return limit > patienceSeconds ? undefined : limit
}
