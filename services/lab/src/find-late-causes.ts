// What was done may be told after the alert that it set off: who stops the gateway cannot reach the lab until it is back. An incident
// without a cause is asked again for as long as a mark may still come.
import { findLastEnd } from './end-alert.ts'
import type { LabEvents } from './events.ts'
import { type Cause, type Deeds, findCause } from './find-cause.ts'
import type { IncidentStore, StoredIncident } from './incident-store.ts'
import { findOfCause, rankOf, titleOf } from './place-alert.ts'
import { longestAgoMs } from './routes/marks.ts'

export interface LateCausesPorts {
  readonly incidents: IncidentStore
  readonly events: LabEvents
  /** What was done that may have set off an alert of that time. */
  readonly readDeeds: (atMs: number, nowMs: number) => Deeds
}

const notOver = { healedAtMs: undefined, recoveredAtMs: undefined, recoveredBy: undefined }

/** Answers with the incidents that have changed. */
export function makeFindLateCauses({ incidents, events, readDeeds }: LateCausesPorts) {
  function findLateCause(id: number, nowMs: number): Cause | undefined {
    const [first] = incidents.listAlerts(id)
    if (!first) return undefined
    const cause = findCause(readDeeds(first.startsAtMs, nowMs), first.startsAtMs, nowMs)
    // What began when somebody knew already did not set it off.
    return cause && cause.startedAtMs <= first.deliveredAtMs ? cause : undefined
  }

  function give(incident: StoredIncident, cause: Cause): StoredIncident {
    // How it recovered is decided anew: that is counted from the cause's end.
    const changed = incidents.change(incident.id, { ...notOver, cause, startedAtMs: cause.startedAtMs })
    events.causeFound(changed)
    return changed
  }

  /** One cause is one incident: the older takes the alerts of the younger, which remains as a pointer to it. */
  function merge(incident: StoredIncident, known: StoredIncident, nowMs: number): StoredIncident[] {
    const [kept, gone] = incident.id < known.id ? [incident, known] : [known, incident]
    incidents.moveAlerts(gone.id, kept.id)
    const alerts = incidents.listAlerts(kept.id)
    const [first] = alerts.toSorted((a, b) => rankOf(b.severity) - rankOf(a.severity))
    if (!first) throw new Error(`Incidents ${kept.id} and ${gone.id} have no alerts.`)
    const { severity } = first
    const last = findLastEnd(alerts, severity)
    const { healedAtMs, recoveredAtMs, recoveredBy, cause } = known
    const merged = incidents.change(kept.id, {
      ...(last ? { healedAtMs, recoveredAtMs, recoveredBy } : notOver),
      cause,
      startedAtMs: known.startedAtMs,
      severity,
      title: titleOf(first),
      detectedAtMs: first.deliveredAtMs,
      resolvedAtMs: last?.resolvedAtMs,
      resolvedBy: last?.resolvedBy,
    })
    if (severity !== known.severity) events.causeFound(merged)
    const pointer = { mergedInto: kept.id, resolvedAtMs: gone.resolvedAtMs ?? nowMs, resolvedBy: undefined }
    return [merged, incidents.change(gone.id, pointer)]
  }

  return (nowMs: number): StoredIncident[] =>
    incidents.listWithoutCause(nowMs - longestAgoMs).flatMap(incident => {
      const cause = findLateCause(incident.id, nowMs)
      if (!cause) return []
      const known = findOfCause(incidents, cause)
      return known ? merge(incident, known, nowMs) : [give(incident, cause)]
    })
}
