// The one alert that the lab writes by itself: when Alertmanager is dead, nobody else is left to say so. It has the labels, and with
// them the fingerprint, of Prometheus' own DeadManSwitchMissed (scripts/slo/alerts-delivery.ts), so that both are one incident.
import type { AlertmanagerWebhook } from '@techmart/contracts/lab-routes'
import type { Silence } from './dead-man-store.ts'

export const deadManAlertname = 'DeadManSwitchMissed'

const labels = { alertname: deadManAlertname, severity: 'critical' }

/** As Prometheus and Alertmanager make it: FNV-1a of 64 bits over the sorted names and values, each followed by the byte 255. */
export function toFingerprint(labelSet: Readonly<Record<string, string>>): string {
  const bytes = Object.entries(labelSet)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => [...Buffer.from(name), 255, ...Buffer.from(value), 255])
  const hash = bytes.reduce(
    (sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 1_099_511_628_211n),
    14_695_981_039_346_656_037n,
  )
  return hash.toString(16).padStart(16, '0')
}

/** The silence as Alertmanager would have delivered it. `storeUrl` is the store as a browser on the host reaches it. */
export function buildDeadManDelivery(silence: Silence, lastBeatAt: string, storeUrl: string): AlertmanagerWebhook {
  const status = silence.endedAtMs === undefined ? 'firing' : 'resolved'
  const alert = {
    status,
    labels,
    annotations: {
      summary: 'Alerts do not reach the inbox: nobody would be told of an outage',
      description:
        `The dead man's switch was last heard at ${lastBeatAt}; it comes every ten seconds. Prometheus, Alertmanager or the way to ` +
        'the lab service is broken, and whatever fires now reaches nobody. The lab service noticed this by itself.',
      runbook_url: `${storeUrl}/runbooks/${deadManAlertname}`,
    },
    startsAt: new Date(silence.toldAtMs).toISOString(),
    // Alertmanager's way to say "not ended".
    endsAt: silence.endedAtMs === undefined ? '0001-01-01T00:00:00Z' : new Date(silence.endedAtMs).toISOString(),
    generatorURL: '',
    fingerprint: toFingerprint(labels),
  } as const
  return { version: '4', groupKey: `lab:${deadManAlertname}`, status, receiver: 'lab', alerts: [alert] }
}

/** Prometheus sees the first beat at its next scrape, Alertmanager hears of it some seconds later. */
const aftermathMs = 30_000

/** Whether an alert of Alertmanager's tells, late, of a silence that the lab has told already. */
export function isToldAlready(alert: AlertmanagerWebhook['alerts'][number], silence: Silence | undefined): boolean {
  if (alert.labels.alertname !== deadManAlertname || !silence) return false
  const startedAtMs = Date.parse(alert.startsAt)
  const endedAtMs = silence.endedAtMs ?? Number.POSITIVE_INFINITY
  return startedAtMs >= silence.toldAtMs && startedAtMs <= endedAtMs + aftermathMs
}
