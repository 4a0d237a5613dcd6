// An incident as it is told: figures from its times, and one timeline of faults, marks and alerts. What was hidden on purpose is
// told when the incident is over.
import type { FaultRecord } from '@techmart/contracts/faults'
import type { Incident, IncidentDetail, Mark, TimelineEntry } from '@techmart/contracts/incident-routes'
import type { Deeds } from './find-cause.ts'
import type { StoredAlert, StoredIncident } from './incident-store.ts'

const toTimestamp = (ms: number): string => new Date(ms).toISOString()
const toTimestampOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toTimestamp(ms))

/** Never below zero: two clocks may differ by some milliseconds. */
const secondsBetween = (fromMs: number | undefined, toMs: number | undefined): number | null =>
  fromMs === undefined || toMs === undefined ? null : Math.max(0, Math.round(toMs - fromMs) / 1000)

const isSecret = ({ cause, resolvedAtMs }: StoredIncident): boolean =>
  cause?.isHidden === true && resolvedAtMs === undefined

export function toIncident(incident: StoredIncident, alerts: readonly StoredAlert[]): Incident {
  const secret = isSecret(incident)
  const cause = secret ? undefined : incident.cause
  const firstMs = Math.min(incident.detectedAtMs, ...alerts.map(({ startsAtMs }) => startsAtMs))
  return {
    id: incident.id,
    revision: incident.revision,
    state: incident.resolvedAtMs === undefined ? 'open' : 'resolved',
    title: incident.title,
    severity: incident.severity,
    journeys: [...new Set(alerts.flatMap(({ labels }) => labels.cuj_name ?? []))],
    alertCount: alerts.length,
    cause: cause
      ? {
          kind: cause.kind,
          name: cause.name,
          startedAt: toTimestamp(cause.startedAtMs),
          endedAt: toTimestampOrNull(incident.healedAtMs),
        }
      : null,
    startedAt: toTimestamp(cause?.startedAtMs ?? firstMs),
    detectedAt: toTimestamp(incident.detectedAtMs),
    resolvedAt: toTimestampOrNull(incident.resolvedAtMs),
    resolvedBy: incident.resolvedBy ?? null,
    healedAt: secret ? null : toTimestampOrNull(incident.healedAtMs),
    recoveredAt: toTimestampOrNull(incident.recoveredAtMs),
    recoveredBy: incident.recoveredBy ?? null,
    detectSeconds: secondsBetween(cause?.startedAtMs, incident.detectedAtMs),
    resolveSeconds:
      incident.resolvedBy === 'delivery' ? secondsBetween(incident.detectedAtMs, incident.resolvedAtMs) : null,
    recoverSeconds: cause ? secondsBetween(incident.healedAtMs, incident.recoveredAtMs) : null,
    mergedInto: incident.mergedInto ?? null,
  }
}

export function toIncidentDetail(
  incident: StoredIncident,
  alerts: readonly StoredAlert[],
  deeds: Deeds,
  nowMs: number,
): IncidentDetail {
  return {
    ...toIncident(incident, alerts),
    alerts: alerts.map(alert => ({
      alertname: alert.alertname,
      severity: alert.severity,
      labels: { ...alert.labels },
      annotations: { ...alert.annotations },
      fingerprint: alert.fingerprint,
      startsAt: toTimestamp(alert.startsAtMs),
      endsAt: toTimestampOrNull(alert.endsAtMs),
      deliveredAt: toTimestamp(alert.deliveredAtMs),
      endDeliveredAt: toTimestampOrNull(alert.endDeliveredAtMs),
      endKnownBy: alert.endKnownBy ?? null,
    })),
    timeline: buildTimeline(incident, alerts, deeds, nowMs),
  }
}

type Entry = readonly [atMs: number | undefined, kind: TimelineEntry['kind'], text: string]

function buildTimeline(
  incident: StoredIncident,
  alerts: readonly StoredAlert[],
  { faults, marks }: Deeds,
  nowMs: number,
): TimelineEntry[] {
  const secret = isSecret(incident)
  const startedAtMs = Date.parse(toIncident(incident, alerts).startedAt)
  const entries: Entry[] = [
    ...faults.filter(({ hidden }) => !(secret && hidden)).flatMap(toFaultEntries),
    ...marks.filter(({ hidden }) => !(secret && hidden)).map(toMarkEntry),
    ...alerts.flatMap(toAlertEntries),
    [incident.detectedAtMs, 'detected', `detected: ${incident.title}`],
    [secret ? undefined : incident.healedAtMs, 'healed', 'the cause is over'],
    [
      incident.recoveredAtMs,
      'recovered',
      incident.recoveredBy === 'probe' ? 'requests are well again' : 'no alert is left',
    ],
    [
      incident.resolvedAtMs,
      'resolved',
      incident.mergedInto === undefined
        ? `every ${incident.severity} alert has ended`
        : `it is a part of incident ${incident.mergedInto}: both have one cause`,
    ],
  ]
  return entries
    .filter((entry): entry is readonly [number, TimelineEntry['kind'], string] => (entry[0] ?? nowMs + 1) <= nowMs)
    .sort(([a], [b]) => a - b)
    .map(([atMs, kind, text]) => ({
      at: toTimestamp(atMs),
      offsetSeconds: Math.round(atMs - startedAtMs) / 1000,
      kind,
      text,
    }))
}

function toFaultEntries(fault: FaultRecord): Entry[] {
  const { scenario, service, point, kind, ratio, target = 'everything', endedBy } = fault
  const share = ratio < 1 ? `, ${Math.round(ratio * 1000) / 10} %` : ''
  const what = `${scenario}: ${kind} at ${service} (${point}, ${target}${share})`
  return [
    [Date.parse(fault.startsAt), 'fault-started', `${what}. ${fault.reason}`],
    [
      fault.endedAt === null ? undefined : Date.parse(fault.endedAt),
      'fault-ended',
      `${what}: ${endedBy === 'time' ? 'its time was over' : 'somebody ended it'}`,
    ],
  ]
}

const toMarkEntry = ({ at, kind, text, service }: Mark): Entry => [
  Date.parse(at),
  'mark',
  `${kind}${service ? ` of ${service}` : ''}: ${text}`,
]

const untold = {
  absence: 'Alertmanager lists it no more',
  'new-start': 'it began anew',
} as const

function toAlertEntries({ alertname, labels, severity, ...times }: StoredAlert): Entry[] {
  const of = labels.cuj_name ?? labels.job
  const what = `${alertname}${of ? ` of ${of}` : ''}${labels.slo ? ` (${labels.slo})` : ''}, ${severity}`
  return [
    [times.startsAtMs, 'alert-fired', what],
    [times.deliveredAtMs, 'alert-delivered', what],
    times.endKnownBy === undefined || times.endKnownBy === 'delivery'
      ? [times.endDeliveredAtMs, 'alert-resolved', what]
      : [
          times.endsAtMs,
          'alert-resolved',
          `${what}: ${untold[times.endKnownBy]}, so it had ended by then at the latest`,
        ],
  ]
}
