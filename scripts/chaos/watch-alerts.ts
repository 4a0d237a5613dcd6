// Follows the alerts of a scenario: judged as firing in Prometheus, as notified and resolved in the inbox.
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import { highestOf, type InheritedBurn, judgeDelivered, judgeFiring } from './judge-alert.ts'
import type { ActiveAlert } from './prometheus-api.ts'
import { describeAlert, isPromised, type PromisedAlert, type Scenario } from './scenario.ts'
import type { Timeline } from './timeline.ts'

export interface WatchedPromise {
  readonly promise: PromisedAlert
  /** Seconds after the injection from which on it is late; and until it must be delivered. */
  readonly limitSeconds: number
  readonly deliveryLimitSeconds: number
}

interface Progress extends WatchedPromise {
  pending: boolean
  firingMs: number | undefined
  notifiedMs: number | undefined
  resolvedMs: number | undefined
}

/** What became of one promise, in seconds since the injection. */
export interface PromiseOutcome {
  readonly alert: string
  readonly limitSeconds: number
  readonly firingSeconds: number | undefined
  readonly notifiedSeconds: number | undefined
  readonly resolvedSeconds: number | undefined
}

export interface WatchOptions {
  readonly scenario: Scenario
  readonly promises: readonly WatchedPromise[]
  readonly timeline: Timeline
  readonly startMs: number
  /** Alerts that were up before anything was broken. */
  readonly before: readonly ActiveAlert[]
  readonly inherited: readonly InheritedBurn[]
}

export class AlertWatch {
  readonly #progress: Progress[]
  readonly #highest: Progress[]
  readonly #options: WatchOptions
  readonly #before: ReadonlySet<string>
  readonly #seen = new Set<string>()
  readonly #extra = new Map<string, string>()

  constructor(options: WatchOptions) {
    this.#options = options
    this.#before = new Set(options.before.map(({ labels }) => keyOf(labels)))
    this.#progress = options.promises.map(watched => ({
      ...watched,
      pending: false,
      firingMs: undefined,
      notifiedMs: undefined,
      resolvedMs: undefined,
    }))
    const highest = highestOf(options.promises.map(({ promise }) => promise))
    this.#highest = this.#progress.filter(({ promise }) => highest.includes(promise))
  }

  get allNotified(): boolean {
    return this.#progress.every(({ firingMs, notifiedMs }) => firingMs !== undefined && notifiedMs !== undefined)
  }

  get allFiring(): boolean {
    return this.#progress.every(({ firingMs }) => firingMs !== undefined)
  }

  /** Those of the highest promised severity. */
  get allResolved(): boolean {
    return this.#highest.every(({ resolvedMs }) => resolvedMs !== undefined)
  }

  /** When the first of the highest severity was delivered: somebody knows. */
  get detectedMs(): number | undefined {
    return min(this.#highest.map(({ notifiedMs }) => notifiedMs))
  }

  get resolvedMs(): number | undefined {
    if (!this.allResolved) return undefined
    return Math.max(...this.#highest.map(({ resolvedMs }) => resolvedMs ?? 0))
  }

  /** Alerts that nobody promised and nothing explains, each with the reason. */
  get extra(): string[] {
    return [...this.#extra].map(([name, because]) => `${name}: ${because}`)
  }

  get outcomes(): PromiseOutcome[] {
    const since = (ms: number | undefined) => (ms === undefined ? undefined : (ms - this.#options.startMs) / 1000)
    return this.#progress.map(({ promise, limitSeconds, firingMs, notifiedMs, resolvedMs }) => ({
      alert: nameOf(promise),
      limitSeconds,
      firingSeconds: since(firingMs),
      notifiedSeconds: since(notifiedMs),
      resolvedSeconds: since(resolvedMs),
    }))
  }

  /** What was promised and did not happen, or too late, in sentences. */
  missed(waitedForResolved: boolean): string[] {
    return this.#progress.flatMap(progress => {
      const { promise, limitSeconds, deliveryLimitSeconds, firingMs, notifiedMs, resolvedMs } = progress
      const name = nameOf(promise)
      const secondsTo = (ms: number) => (ms - this.#options.startMs) / 1000
      const late = (what: string, ms: number, limit: number) =>
        `${name} ${what} after ${secondsTo(ms).toFixed(0)} s; ${limit.toFixed(0)} s are promised.`
      if (firingMs === undefined) return [`${name} did not fire.`]
      if (secondsTo(firingMs) > limitSeconds) return [late('fired', firingMs, limitSeconds)]
      if (notifiedMs === undefined) return [`${name} fired, and was not delivered to the inbox.`]
      if (secondsTo(notifiedMs) > limitSeconds + deliveryLimitSeconds)
        return [late('was delivered', notifiedMs, limitSeconds + deliveryLimitSeconds)]
      if (waitedForResolved && this.#highest.includes(progress) && resolvedMs === undefined)
        return [`${name} was not resolved.`]
      return []
    })
  }

  seeAlerts(alerts: readonly ActiveAlert[], nowMs: number): void {
    for (const { labels, state, activeAtMs } of alerts) {
      const progress = this.#progress.find(({ promise }) => isPromised(promise, labels))
      if (!progress) {
        if (state === 'firing') this.#seeOther(labels, nowMs)
      } else if (state === 'firing' && progress.firingMs === undefined) {
        // An alert without `for` fires when its expression becomes true, which is a moment before it is seen here.
        progress.firingMs = progress.pending ? nowMs : Math.max(activeAtMs, this.#options.startMs)
        this.#options.timeline.add('firing', progress.firingMs, describeAlert(labels))
      } else if (state === 'pending' && !progress.pending) {
        progress.pending = true
        this.#options.timeline.add('pending', nowMs, describeAlert(labels))
      }
    }
  }

  #seeOther(labels: ActiveAlert['labels'], nowMs: number): void {
    const key = keyOf(labels)
    if (this.#before.has(key) || this.#seen.has(key)) return
    this.#seen.add(key)
    const verdict = judgeFiring(this.#options.scenario, labels, this.#options.inherited)
    if (verdict.kind === 'promised' || labels.severity === 'none') return
    const name = `${describeAlert(labels)}, ${labels.severity ?? 'no severity'}`
    if (verdict.kind === 'extra') this.#extra.set(name, verdict.because)
    this.#options.timeline.add(verdict.kind === 'extra' ? 'extra' : 'also', nowMs, `${name}: ${verdict.because}`)
  }

  /** Entries of the inbox that came after the injection. */
  seeInbox(entries: readonly InboxEntry[]): void {
    for (const entry of entries) {
      const progress = this.#progress.find(({ promise }) => isPromised(promise, entry.labels))
      const atMs = Date.parse(entry.receivedAt)
      if (!progress) this.#seeOtherDelivery(entry, atMs)
      else if (entry.status === 'firing' && progress.notifiedMs === undefined) this.#seeNotified(progress, entry, atMs)
      else if (entry.status === 'resolved' && progress.notifiedMs !== undefined && progress.resolvedMs === undefined) {
        progress.resolvedMs = atMs
        this.#options.timeline.add('resolved', atMs, describeAlert(entry.labels))
      }
    }
  }

  #seeNotified(progress: Progress, { labels, annotations }: InboxEntry, atMs: number): void {
    progress.notifiedMs = atMs
    // Delivered alerts have fired, whether the moment was seen in Prometheus, later or not at all.
    progress.firingMs = Math.min(progress.firingMs ?? atMs, atMs)
    const { timeline } = this.#options
    timeline.add('notified', atMs, `${describeAlert(labels)}: ${annotations.summary ?? 'no summary'}`)
    for (const [word, name] of [
      ['runbook', 'runbook_url'],
      ['dashboard', 'dashboard_url'],
      ['query', 'query_url'],
    ] as const) {
      const link = annotations[name]
      if (link) timeline.add('link', atMs, `${word}: ${link}`)
    }
  }

  #seeOtherDelivery({ status, labels }: InboxEntry, atMs: number): void {
    if (status !== 'firing' || this.#before.has(keyOf(labels))) return
    const { scenario, inherited, timeline } = this.#options
    const verdict = judgeDelivered(scenario, labels, inherited)
    if (verdict.kind !== 'extra') return
    const name = `${describeAlert(labels)}, ${labels.severity ?? 'no severity'}`
    if (this.#extra.has(name)) return
    this.#extra.set(name, `${verdict.because}, and it was delivered`)
    timeline.add('extra', atMs, `${name} was delivered: ${verdict.because}`)
  }
}

const keyOf = (labels: ActiveAlert['labels']): string => JSON.stringify(Object.entries(labels).sort())

const nameOf = ({ alertname, labels }: PromisedAlert): string => describeAlert({ alertname, ...labels })

function min(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}
