// How alerts end, and incidents with them. An end that nobody delivered is known by what followed from it, and only as "at the
// latest": it ends the alert and its incident, and is no time to resolve.
import type { LabEvents } from './events.ts'
import type { AlertEnd, EndKnownBy, IncidentStore, StoredAlert, StoredIncident } from './incident-store.ts'

export interface LastEnd {
  readonly resolvedAtMs: number
  readonly resolvedBy: EndKnownBy
}

/** The last end of that severity; undefined while one of its alerts goes on. */
export function findLastEnd(alerts: readonly StoredAlert[], severity: string): LastEnd | undefined {
  let last: LastEnd | undefined
  for (const { severity: own, endKnownBy, endDeliveredAtMs, endsAtMs = 0 } of alerts) {
    if (own !== severity) continue
    if (endKnownBy === undefined) return undefined
    const resolvedAtMs = endDeliveredAtMs ?? endsAtMs
    if (last === undefined || resolvedAtMs >= last.resolvedAtMs) last = { resolvedAtMs, resolvedBy: endKnownBy }
  }
  return last
}

export type EndAlert = (alert: StoredAlert, end: AlertEnd) => StoredIncident

export const makeEndAlert =
  ({ incidents, events }: { incidents: IncidentStore; events: LabEvents }): EndAlert =>
  (alert, end) => {
    incidents.endAlert(alert.id, end)
    if (end.knownBy !== 'delivery') events.endUnheard(alert, end.knownBy)
    const incident = incidents.change(alert.incidentId, {})
    const last = findLastEnd(incidents.listAlerts(incident.id), incident.severity)
    if (!last || incident.resolvedAtMs !== undefined) return incident
    const resolved = incidents.change(incident.id, {
      ...last,
      resolvedAtMs: Math.max(last.resolvedAtMs, incident.detectedAtMs),
    })
    events.incidentResolved(resolved)
    return resolved
  }
