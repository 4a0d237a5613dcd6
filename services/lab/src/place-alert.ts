// Which incident an alert belongs to. One cause is one incident; milder alerts of what has paged already follow from arithmetic
// (the longer windows still remember) and are no news.
import { aftermathMs, type Cause } from './find-cause.ts'
import type { IncidentStore, StoredAlert, StoredIncident } from './incident-store.ts'

export interface PlacedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly startsAtMs: number
}

export type Place =
  | { readonly place: 'new' }
  /** `isEcho`: it neither opens an incident again nor keeps it open. */
  | { readonly place: 'known'; readonly incident: StoredIncident; readonly isEcho: boolean }

const ranks: Readonly<Record<string, number>> = { critical: 3, warning: 2, ticket: 1 }
export const rankOf = (severity: string | undefined): number => ranks[severity ?? ''] ?? 0

/** What an incident is called after the alert that told of it. */
export const titleOf = ({ annotations, alertname }: Pick<StoredAlert, 'annotations' | 'alertname'>): string =>
  annotations.summary ?? alertname

/** The 6-hour window of the mildest tier remembers at most so long, at the quick speed half an hour. */
const echoMs = 1_800_000
/** Older incidents are looked at no more. */
const recentIncidents = 20

export function placeAlert(incidents: IncidentStore, alert: PlacedAlert, cause: Cause | undefined): Place {
  const recent = incidents.list({ limit: recentIncidents })
  const echoed = recent.find(incident => isEchoOf(incidents, incident, alert))
  if (echoed) return { place: 'known', incident: echoed, isEcho: true }
  const incident = cause ? findOfCause(incidents, cause) : recent.find(({ resolvedAtMs }) => resolvedAtMs === undefined)
  return incident ? { place: 'known', incident, isEcho: false } : { place: 'new' }
}

export const findOfCause = (incidents: IncidentStore, cause: Cause): StoredIncident | undefined =>
  incidents
    .list({ limit: recentIncidents })
    .find(({ cause: known }) => known?.name === cause.name && known.startedAtMs === cause.startedAtMs)

function isEchoOf(incidents: IncidentStore, incident: StoredIncident, { labels, startsAtMs }: PlacedAlert): boolean {
  if (labels.cuj_name === undefined) return false
  if (incident.resolvedAtMs !== undefined && startsAtMs > incident.resolvedAtMs + Math.max(echoMs, aftermathMs))
    return false
  return incidents
    .listAlerts(incident.id)
    .some(
      other =>
        other.labels.cuj_name === labels.cuj_name &&
        other.labels.slo === labels.slo &&
        rankOf(other.severity) > rankOf(labels.severity),
    )
}
