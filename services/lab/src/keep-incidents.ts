// Joins what Alertmanager delivers with what had been broken or deployed: incidents, and how long it took to notice them, to end
// their alerts, and to recover.
import type { AlertmanagerWebhook, InboxEntry } from '@techmart/contracts/lab-routes'
import type { LabEvents } from './events.ts'
import type { FaultStore } from './fault-store.ts'
import { type Deeds, findCause, findSameCause } from './find-cause.ts'
import type { InboxStore } from './inbox-store.ts'
import type { IncidentFeed } from './incident-feed.ts'
import type { IncidentChange, IncidentStore, StoredIncident } from './incident-store.ts'
import type { MarkStore } from './mark-store.ts'
import { placeAlert, rankOf } from './place-alert.ts'

export interface KeepIncidentsPorts {
  readonly incidents: IncidentStore
  readonly inbox: InboxStore
  readonly faults: Pick<FaultStore, 'listBetween'>
  readonly marks: Pick<MarkStore, 'listBetween'>
  readonly events: LabEvents
  readonly feed: IncidentFeed
  readonly inOneTransaction: <T>(work: () => T) => T
}

export interface IncidentKeeper {
  /** Keeps each alert in the inbox, and what it means for incidents. */
  take(delivery: AlertmanagerWebhook, nowMs: number): InboxEntry[]
  /** Looks again at incidents that are not over: causes end, and requests recover, without an alert. */
  settle(nowMs: number): void
}

/** Nothing done longer ago is a cause; a fault that is still active is, whenever it began. */
const lookBackMs = 7_200_000
/** A probe that is to say "recovered" has this long after the last alert. */
const probeLimitMs = 30_000
const forgottenMs = 86_400_000

export function makeIncidentKeeper(ports: KeepIncidentsPorts): IncidentKeeper {
  const { incidents, inbox, faults, marks, events, feed, inOneTransaction } = ports

  const readDeeds = (fromMs: number, nowMs: number): Deeds => ({
    faults: faults.listBetween(fromMs, nowMs),
    marks: marks.listBetween(fromMs, nowMs),
  })

  function addFiring(entry: InboxEntry, nowMs: number): StoredIncident | undefined {
    if (incidents.findFiring(entry.fingerprint)) return undefined
    const { labels, annotations, fingerprint, alertname } = entry
    const severity = labels.severity ?? 'none'
    const startsAtMs = Date.parse(entry.startsAt)
    const title = annotations.summary ?? alertname
    const cause = findCause(readDeeds(nowMs - lookBackMs, nowMs), startsAtMs, nowMs)
    const found = placeAlert(incidents, { labels, startsAtMs }, cause)
    const incident =
      found.place === 'known'
        ? found.incident
        : incidents.open({
            severity,
            title,
            startedAtMs: cause?.startedAtMs ?? startsAtMs,
            detectedAtMs: nowMs,
            cause,
          })
    incidents.addAlert({
      incidentId: incident.id,
      fingerprint,
      alertname,
      severity,
      labels,
      annotations,
      startsAtMs,
      deliveredAtMs: nowMs,
    })
    if (found.place === 'new') {
      events.incidentDetected(incident)
      return incident
    }
    if (found.isEcho) return incidents.change(incident.id, {})
    const again = { resolvedAtMs: undefined, recoveredAtMs: undefined, recoveredBy: undefined }
    if (rankOf(severity) > rankOf(incident.severity)) {
      const raised = incidents.change(incident.id, { ...again, severity, title, detectedAtMs: nowMs })
      events.incidentDetected(raised)
      return raised
    }
    const isAsBad = rankOf(severity) === rankOf(incident.severity)
    return incidents.change(incident.id, isAsBad && incident.resolvedAtMs !== undefined ? again : {})
  }

  function endFiring(entry: InboxEntry, nowMs: number): StoredIncident | undefined {
    const known = incidents.findFiring(entry.fingerprint)
    if (!known) return undefined
    incidents.endAlert(known.id, entry.endsAt === null ? nowMs : Date.parse(entry.endsAt), nowMs)
    const incident = incidents.change(known.incidentId, {})
    const isOver = incidents
      .listAlerts(incident.id)
      .every(({ severity, endDeliveredAtMs }) => severity !== incident.severity || endDeliveredAtMs !== undefined)
    if (!isOver || incident.resolvedAtMs !== undefined) return incident
    const resolved = incidents.change(incident.id, { resolvedAtMs: nowMs })
    events.incidentResolved(resolved)
    return resolved
  }

  function settleOne(incident: StoredIncident, deeds: Deeds, nowMs: number): StoredIncident | undefined {
    const { cause, resolvedAtMs } = incident
    const healedAtMs = cause && (findSameCause(deeds, cause, nowMs)?.endedAtMs ?? incident.healedAtMs)
    const change: IncidentChange = healedAtMs === incident.healedAtMs ? {} : { healedAtMs }
    const sinceMs = cause ? healedAtMs : incident.detectedAtMs
    if (incident.recoveredAtMs === undefined && sinceMs !== undefined) {
      const probe = deeds.marks.find(
        ({ kind, at, scenario }) =>
          kind === 'recovered' && Date.parse(at) >= sinceMs && (scenario === undefined || scenario === cause?.name),
      )
      if (probe) {
        Object.assign(change, { recoveredAtMs: Date.parse(probe.at), recoveredBy: 'probe' })
      } else if (resolvedAtMs !== undefined && nowMs - resolvedAtMs > probeLimitMs) {
        const ends = incidents.listAlerts(incident.id).filter(({ severity }) => severity === incident.severity)
        const lastMs = Math.max(sinceMs, ...ends.map(({ endsAtMs = 0 }) => endsAtMs))
        Object.assign(change, { recoveredAtMs: lastMs, recoveredBy: 'alerts' })
      }
    }
    if (Object.keys(change).length === 0) return undefined
    const changed = incidents.change(incident.id, change)
    if (change.recoveredAtMs !== undefined) events.incidentRecovered(changed)
    return changed
  }

  function publish(changed: readonly (StoredIncident | undefined)[]): void {
    for (const id of new Set(changed.flatMap(incident => (incident ? [incident.id] : [])))) {
      const incident = incidents.find(id)
      if (incident) feed.publish(incident)
    }
    if (changed.some(Boolean)) events.incidentsAre(incidents.list({ state: 'open', limit: 100 }).length)
  }

  return {
    take(delivery, nowMs) {
      const changed: (StoredIncident | undefined)[] = []
      const entries = inOneTransaction(() => {
        const added = inbox.add(delivery, nowMs)
        for (const entry of added) {
          changed.push(entry.status === 'firing' ? addFiring(entry, nowMs) : endFiring(entry, nowMs))
        }
        return added
      })
      publish(changed)
      return entries
    },
    settle(nowMs) {
      const unfinished = incidents.listUnfinished(nowMs - forgottenMs)
      if (unfinished.length === 0) return
      const fromMs = Math.min(...unfinished.map(({ startedAtMs }) => startedAtMs)) - 10_000
      const deeds = readDeeds(fromMs, nowMs)
      publish(inOneTransaction(() => unfinished.map(incident => settleOne(incident, deeds, nowMs))))
    },
  }
}
