// Joins what Alertmanager delivers with what had been broken or deployed: incidents, and how long it took to notice them, to end
// their alerts, and to recover.
import type { AlertmanagerWebhook, InboxEntry } from '@techmart/contracts/lab-routes'
import { deadManAlertname } from './dead-man-alert.ts'
import { makeEndAlert } from './end-alert.ts'
import type { LabEvents } from './events.ts'
import type { FaultStore } from './fault-store.ts'
import { type Deeds, findCause, findSameCause } from './find-cause.ts'
import { makeFindLateCauses } from './find-late-causes.ts'
import type { InboxStore } from './inbox-store.ts'
import type { IncidentFeed } from './incident-feed.ts'
import type { AlertEnd, IncidentChange, IncidentStore, StoredAlert, StoredIncident } from './incident-store.ts'
import type { MarkStore } from './mark-store.ts'
import { placeAlert, rankOf, titleOf } from './place-alert.ts'

export interface KeepIncidentsPorts {
  readonly incidents: IncidentStore
  readonly inbox: InboxStore
  readonly faults: Pick<FaultStore, 'listBetween'>
  readonly marks: Pick<MarkStore, 'listBetween'>
  readonly events: LabEvents
  readonly feed: IncidentFeed
  readonly inOneTransaction: <T>(work: () => T) => T
}

export interface AbsentAlert {
  readonly alert: StoredAlert
  readonly sinceMs: number
}

export interface IncidentKeeper {
  /** Keeps each alert in the inbox, and what it means for incidents. */
  take(delivery: AlertmanagerWebhook, nowMs: number): InboxEntry[]
  /** Looks again at incidents: causes become known and end, and requests recover, without an alert. */
  settle(nowMs: number): void
  /** Ends alerts that Alertmanager has not listed since then; one whose end was delivered meanwhile is left alone. */
  endAbsent(absent: readonly AbsentAlert[]): void
}

/** Nothing done longer ago is a cause; a fault that is still active is, whenever it began. */
const lookBackMs = 7_200_000
/** A probe that is to say "recovered" has this long after the last alert. */
const probeLimitMs = 30_000
const forgottenMs = 86_400_000
const noDeeds: Deeds = { faults: [], marks: [] }

/** One firing has one beginning, the same in each of its deliveries; this is for rounding alone. */
const sameStartMs = 1_000

/** Whether the alert has ended, unheard, and begun anew. The lab's own tells its beginning earlier than Prometheus tells the same. */
const isNewStart = (known: StoredAlert, { startsAt }: InboxEntry): boolean =>
  known.alertname !== deadManAlertname && Date.parse(startsAt) > known.startsAtMs + sameStartMs

const toNewStartEnd = ({ startsAt }: InboxEntry, nowMs: number): AlertEnd => ({
  endsAtMs: Math.min(Date.parse(startsAt), nowMs),
  knownBy: 'new-start',
})

export function makeIncidentKeeper(ports: KeepIncidentsPorts): IncidentKeeper {
  const { incidents, inbox, faults, marks, events, feed, inOneTransaction } = ports

  const readDeeds = (fromMs: number, nowMs: number): Deeds => ({
    faults: faults.listBetween(fromMs, nowMs),
    marks: marks.listBetween(fromMs, nowMs),
  })

  const endAlert = makeEndAlert(ports)
  const findLateCauses = makeFindLateCauses({
    incidents,
    events,
    readDeeds: (atMs, nowMs) => readDeeds(atMs - lookBackMs, nowMs),
  })
  /** When causes were told that came late: a probe's mark may be just behind them, kept back like they were. */
  const lateCauseAtMs = new Map<number, number>()

  function takeFiring(entry: InboxEntry, nowMs: number): (StoredIncident | undefined)[] {
    const known = incidents.findFiring(entry.fingerprint)
    if (!known) return [addFiring(entry, nowMs)]
    if (!isNewStart(known, entry)) return []
    return [endAlert(known, toNewStartEnd(entry, nowMs)), addFiring(entry, nowMs)]
  }

  function addFiring(entry: InboxEntry, nowMs: number): StoredIncident {
    const { labels, annotations, fingerprint, alertname } = entry
    const severity = labels.severity ?? 'none'
    const startsAtMs = Date.parse(entry.startsAt)
    const title = titleOf(entry)
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
    const again = { resolvedAtMs: undefined, resolvedBy: undefined, recoveredAtMs: undefined, recoveredBy: undefined }
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
    // The end of a firing whose beginning was missed.
    if (isNewStart(known, entry)) return endAlert(known, toNewStartEnd(entry, nowMs))
    const endsAtMs = entry.endsAt === null ? nowMs : Date.parse(entry.endsAt)
    return endAlert(known, { endsAtMs, deliveredAtMs: nowMs, knownBy: 'delivery' })
  }

  function settleOne(incident: StoredIncident, deeds: Deeds, nowMs: number): StoredIncident | undefined {
    const { cause, resolvedAtMs, resolvedBy } = incident
    const isEndKnown = resolvedAtMs === undefined || resolvedBy === 'delivery'
    // With neither a cause nor a known end nobody can say any more when it was over.
    if (!cause && !isEndKnown) return undefined
    const healedAtMs = cause && (findSameCause(deeds, cause, nowMs)?.endedAtMs ?? incident.healedAtMs)
    const change: IncidentChange = healedAtMs === incident.healedAtMs ? {} : { healedAtMs }
    const sinceMs = cause ? healedAtMs : incident.detectedAtMs
    if (incident.recoveredAtMs === undefined && sinceMs !== undefined) {
      const probeFromMs = Math.max(resolvedAtMs ?? 0, lateCauseAtMs.get(incident.id) ?? 0)
      const probe = deeds.marks.find(
        ({ kind, at, scenario }) =>
          kind === 'recovered' && Date.parse(at) >= sinceMs && (scenario === undefined || scenario === cause?.name),
      )
      if (probe) {
        Object.assign(change, { recoveredAtMs: Date.parse(probe.at), recoveredBy: 'probe' })
      } else if (resolvedAtMs !== undefined && isEndKnown && nowMs - probeFromMs > probeLimitMs) {
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
          if (entry.status === 'firing') changed.push(...takeFiring(entry, nowMs))
          else changed.push(endFiring(entry, nowMs))
        }
        return added
      })
      publish(changed)
      return entries
    },
    settle(nowMs) {
      publish(
        inOneTransaction(() => {
          for (const [id, atMs] of lateCauseAtMs) if (nowMs - atMs > probeLimitMs) lateCauseAtMs.delete(id)
          const caused = findLateCauses(nowMs)
          for (const { id } of caused) lateCauseAtMs.set(id, nowMs)
          const unfinished = incidents.listUnfinished(nowMs - forgottenMs)
          const fromMs = Math.min(nowMs, ...unfinished.map(({ startedAtMs }) => startedAtMs)) - 10_000
          const deeds = unfinished.length === 0 ? noDeeds : readDeeds(fromMs, nowMs)
          return [...caused, ...unfinished.map(incident => settleOne(incident, deeds, nowMs))]
        }),
      )
    },
    endAbsent(absent) {
      publish(
        inOneTransaction(() =>
          absent.map(({ alert, sinceMs }) =>
            incidents.findFiring(alert.fingerprint)?.id === alert.id
              ? endAlert(alert, { endsAtMs: Math.max(sinceMs, alert.startsAtMs), knownBy: 'absence' })
              : undefined,
          ),
        ),
      )
    },
  }
}
