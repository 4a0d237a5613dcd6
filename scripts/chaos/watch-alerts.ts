// Follows the promised alerts: judged as firing in Prometheus, as notified and resolved in the inbox.
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import type { ActiveAlert } from './prometheus-api.ts'
import { describeAlert, isPromised, type PromisedAlert } from './scenario.ts'
import type { Timeline } from './timeline.ts'

interface Progress {
  readonly promise: PromisedAlert
  pending: boolean
  firing: boolean
  notified: boolean
  resolved: boolean
}

/** Lower tiers of the same journey and SLO follow from arithmetic, and causes explain; neither is a surprise. */
const isExpectedCompany = (promises: readonly PromisedAlert[], labels: ActiveAlert['labels']): boolean =>
  labels.severity !== 'critical' &&
  promises.some(({ labels: of }) => of.cuj_name === labels.cuj_name && of.slo === labels.slo)

export class AlertWatch {
  readonly #progress: Progress[]
  readonly #timeline: Timeline
  readonly #seen = new Set<string>()

  /** `before` are the alerts that were up before anything was broken. */
  constructor(promises: readonly PromisedAlert[], timeline: Timeline, before: readonly ActiveAlert[]) {
    for (const { labels } of before) this.#seen.add(JSON.stringify(labels))
    this.#progress = promises.map(promise => ({
      promise,
      pending: false,
      firing: false,
      notified: false,
      resolved: false,
    }))
    this.#timeline = timeline
  }

  get allNotified(): boolean {
    return this.#progress.every(({ firing, notified }) => firing && notified)
  }

  get allResolved(): boolean {
    return this.#progress.every(({ resolved }) => resolved)
  }

  /** What was promised and did not happen, in sentences. */
  missed(waitedForResolved: boolean): string[] {
    return this.#progress.flatMap(({ promise, firing, notified, resolved }) => {
      const name = describeAlert({ alertname: promise.alertname, ...promise.labels })
      if (!firing) return [`${name} did not fire.`]
      if (!notified) return [`${name} fired, and was not delivered to the inbox.`]
      if (waitedForResolved && !resolved) return [`${name} was not resolved.`]
      return []
    })
  }

  seeAlerts(alerts: readonly ActiveAlert[], nowMs: number): void {
    for (const { labels, state, activeAtMs } of alerts) {
      const progress = this.#progress.find(({ promise }) => isPromised(promise, labels))
      if (!progress) this.#seeOther(labels, state, nowMs)
      else if (state === 'firing' && !progress.firing) {
        progress.firing = true
        // An alert without `for` fires when its expression becomes true, which is a moment before it is seen here.
        this.#timeline.add('firing', progress.pending ? nowMs : activeAtMs, describeAlert(labels))
      } else if (state === 'pending' && !progress.pending) {
        progress.pending = true
        this.#timeline.add('pending', nowMs, describeAlert(labels))
      }
    }
  }

  #seeOther(labels: ActiveAlert['labels'], state: string, nowMs: number): void {
    const key = JSON.stringify(labels)
    if (state !== 'firing' || labels.severity === 'none' || this.#seen.has(key)) return
    this.#seen.add(key)
    const promises = this.#progress.map(({ promise }) => promise)
    const company = isExpectedCompany(promises, labels) ? 'as arithmetic has it' : 'not promised'
    this.#timeline.add('also', nowMs, `${describeAlert(labels)}, ${labels.severity ?? 'no severity'}: ${company}`)
  }

  /** Entries of the inbox that came after the injection. */
  seeInbox(entries: readonly InboxEntry[]): void {
    for (const entry of entries) {
      const progress = this.#progress.find(({ promise }) => isPromised(promise, entry.labels))
      if (!progress) continue
      const atMs = Date.parse(entry.receivedAt)
      if (entry.status === 'firing' && !progress.notified) {
        progress.notified = true
        // Delivered alerts have fired, whether or not the moment was seen in Prometheus.
        progress.firing = true
        this.#timeline.add(
          'notified',
          atMs,
          `${describeAlert(entry.labels)}: ${entry.annotations.summary ?? 'no summary'}`,
        )
        for (const [word, name] of [
          ['runbook', 'runbook_url'],
          ['dashboard', 'dashboard_url'],
          ['query', 'query_url'],
        ] as const) {
          const link = entry.annotations[name]
          if (link) this.#timeline.add('link', atMs, `${word}: ${link}`)
        }
      }
      if (entry.status === 'resolved' && progress.notified && !progress.resolved) {
        progress.resolved = true
        this.#timeline.add('resolved', atMs, describeAlert(entry.labels))
      }
    }
  }
}
