// Watches a running lab and touches nothing: counters as they grow, alerts as they come and go, notifications as they arrive.
import { setTimeout as sleep } from 'node:timers/promises'
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import type { PrometheusApi } from '../../scripts/chaos/prometheus-api.ts'
import { type Growth, makeGrowth } from '../../scripts/lib/growth.ts'
import type { LabApi } from '../../scripts/lib/lab-api.ts'
import { spans } from '../../scripts/slo/names.ts'

const everyMs = 5_000

/**
 * What is counted, by the question that it answers. Each series by itself: of a sum nobody can tell a counter that began anew from
 * a series that went, such as the sample data some minutes after a first start.
 */
export const counters = {
  events: spans.all,
  failures: spans.failed,
  payments: 'payments_total',
  orders: 'orders_created_total',
  refusals: 'orders_errors_total',
  funnel: 'funnel_events_total',
  dropped: 'k6_dropped_iterations_total',
  lost: 'telemetry_dropped_total',
} as const
type Counted = keyof typeof counters

export interface SeenAlert {
  readonly name: string
  readonly severity: string
  /** The labels that tell it from others of its name. */
  readonly about: string
  pendingSeconds: number
  firingSeconds: number
}

export interface Watched {
  readonly seconds: number
  readonly growth: Readonly<Record<Counted, Growth>>
  readonly alerts: readonly SeenAlert[]
  readonly notifications: readonly InboxEntry[]
  readonly beats: number
  /** Readings that Prometheus did not answer. */
  readonly gaps: number
}

export async function watchLab(
  { prometheus, lab }: { prometheus: PrometheusApi; lab: LabApi },
  options: { readonly seconds: number; readonly onMinute: (minute: number) => void; readonly signal: AbortSignal },
): Promise<Watched> {
  const names = Object.keys(counters) as Counted[]
  const growth = Object.fromEntries(names.map(name => [name, makeGrowth()])) as Record<Counted, Growth>
  const alerts = new Map<string, SeenAlert>()
  const notifications: InboxEntry[] = []
  let lastId = (await lab.listInbox({ limit: 1 })).at(-1)?.id ?? 0
  const beatsBefore = (await lab.getDeadMan()).beats
  let gaps = 0

  const look = async () => {
    // All or none: a counter that was read and another that was not would not belong together.
    const samples = await Promise.all(names.map(name => prometheus.query(counters[name])))
    for (const [at, name] of names.entries()) growth[name].read(samples[at] ?? [])
    for (const { labels, state } of await prometheus.listAlerts()) noteAlert(alerts, labels, state)
    const arrived = await lab.listInbox({ after: lastId, limit: 1000 })
    notifications.push(...arrived)
    lastId = arrived.at(-1)?.id ?? lastId
  }

  const startedAt = Date.now()
  await look()
  let minute = 0
  for (let next = startedAt + everyMs; !options.signal.aborted; next += everyMs) {
    await sleep(Math.max(0, next - Date.now()), undefined, { signal: options.signal }).catch(() => {})
    await look().catch(() => gaps++)
    const seconds = (Date.now() - startedAt) / 1000
    if (seconds >= options.seconds) break
    if (Math.floor(seconds / 60) > minute) options.onMinute(++minute)
  }
  const beats = (await lab.getDeadMan()).beats - beatsBefore
  const seconds = (Date.now() - startedAt) / 1000
  return { seconds, growth, alerts: [...alerts.values()], notifications, beats, gaps }
}

function noteAlert(
  alerts: Map<string, SeenAlert>,
  labels: Readonly<Record<string, string>>,
  state: 'pending' | 'firing',
): void {
  const { alertname = '', severity = '', ...rest } = labels
  // The dead man's switch always fires.
  if (alertname === 'Watchdog') return
  const about = Object.entries(rest)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ')
  const key = `${alertname} ${severity} ${about}`
  const seen = alerts.get(key) ?? { name: alertname, severity, about, pendingSeconds: 0, firingSeconds: 0 }
  seen[state === 'firing' ? 'firingSeconds' : 'pendingSeconds'] += everyMs / 1000
  alerts.set(key, seen)
}
