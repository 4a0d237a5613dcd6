// What happens in the lab, each told once: a counter or gauge with few labels, and a log line with the detail.
import type { Fault } from '@techmart/contracts/faults'
import type { Mark } from '@techmart/contracts/incident-routes'
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { FaultEnd } from './fault-store.ts'
import type { EndKnownBy, StoredAlert, StoredIncident } from './incident-store.ts'

export interface LabEvents {
  /** Sets the gauge that marks dashboards: 1 for each scenario of the list that has begun, nothing for all others. */
  faultsAre(listed: readonly Fault[], nowMs: number): void
  faultStarted(fault: Fault): void
  faultEnded(fault: Fault, by: FaultEnd): void
  marked(mark: Mark): void
  /** Sets the gauge that marks deployments on dashboards: 1 for each of these, nothing for all others. */
  marksAre(recent: readonly Mark[]): void
  /** The first alert, or the first of a higher severity, has been delivered. */
  incidentDetected(incident: StoredIncident): void
  /** A cause that was told only after the first delivery. */
  causeFound(incident: StoredIncident): void
  /** An alert has ended, and nobody delivered that. */
  endUnheard(alert: StoredAlert, knownBy: Exclude<EndKnownBy, 'delivery'>): void
  incidentResolved(incident: StoredIncident): void
  incidentRecovered(incident: StoredIncident): void
  incidentsAre(open: number): void
  alertsDelivered(entries: readonly InboxEntry[]): void
  deadManBeat(nowMs: number): void
  /** The dead man's switch has fallen silent, or is heard again. */
  deadManTold(what: 'silent' | 'back', lastBeatAt: string): void
}

/** A blind exercise is given away by no metric and no log line. */
const shownName = ({ scenario, hidden }: Fault): string => (hidden ? 'hidden' : scenario)

const describe = (fault: Fault) => (fault.hidden ? { fault_id: fault.id } : describeOpenly(fault))

const describeOpenly = (fault: Fault) => ({
  fault_id: fault.id,
  scenario: fault.scenario,
  target_service: fault.service,
  point: fault.point,
  kind: fault.kind,
  ratio: fault.ratio,
  target: fault.target,
  journey: fault.journey,
  latency_ms: fault.latencyMs,
  tail: fault.tail,
  leak: fault.leak,
  country: fault.country,
  header: fault.header,
  starts_at: fault.startsAt,
  ends_at: fault.endsAt,
  reason: fault.reason,
})

/** From a page's best case to a slow burn's hour. */
const secondsBuckets = [5, 10, 20, 30, 45, 60, 90, 120, 300, 600, 1800, 3600] as const

export function makeLabEvents(metrics: Metrics, log: Log): LabEvents {
  const activeFaults = metrics.gauge('lab_fault_active', 'A scenario has an active fault.', ['scenario'])
  const faults = metrics.counter('lab_faults_total', 'Faults, by what became of them.', ['scenario', 'event'])
  const deliveries = metrics.counter('inbox_deliveries_total', "Alertmanager's deliveries.", ['status'])
  const lastBeat = metrics.gauge(
    'dead_man_last_beat_timestamp_seconds',
    "When the dead man's switch was heard last.",
    [],
  )

  const deployMark = metrics.gauge('lab_deploy_mark', 'Somebody deployed or rolled back just now.', ['service', 'kind'])
  const incidents = metrics.gauge('lab_incidents_open', 'Incidents whose alerts have not ended.')
  const detect = metrics.histogram(
    'lab_incident_detect_seconds',
    'From the beginning of a cause to the first delivery.',
    ['severity'],
    secondsBuckets,
  )
  const resolve = metrics.histogram(
    'lab_incident_resolve_seconds',
    'From the first delivery to that of the last end.',
    ['severity'],
    secondsBuckets,
  )
  const recover = metrics.histogram(
    'lab_incident_recover_seconds',
    'From the end of a cause to the recovery.',
    ['severity', 'by'],
    secondsBuckets,
  )

  const observeDetect = ({ severity, cause, detectedAtMs }: StoredIncident): void => {
    if (cause) detect.observe({ severity }, Math.max(0, detectedAtMs - cause.startedAtMs) / 1000)
  }

  // Never heard is no time at all, and not the year 1970.
  lastBeat.remove()

  return {
    faultsAre(listed, nowMs) {
      activeFaults.reset()
      for (const fault of listed) {
        if (Date.parse(fault.startsAt) <= nowMs) activeFaults.set({ scenario: shownName(fault) }, 1)
      }
    },
    faultStarted(fault) {
      faults.inc({ scenario: shownName(fault), event: 'started' })
      log.warn(`fault started: ${shownName(fault)}`, describe(fault))
    },
    faultEnded(fault, by) {
      faults.inc({ scenario: shownName(fault), event: by === 'time' ? 'lapsed' : 'stopped' })
      log.warn(
        `fault ended: ${shownName(fault)} (${by === 'time' ? 'its time was over' : 'somebody ended it'})`,
        describe(fault),
      )
    },
    marked({ kind, text, service, hidden }) {
      if (!hidden) log.info(`marked: ${kind}`, { kind, text, target_service: service })
    },
    marksAre(recent) {
      deployMark.reset()
      for (const { kind, service = 'unknown', hidden } of recent) {
        if (!hidden && (kind === 'deploy' || kind === 'rollback')) deployMark.set({ service, kind }, 1)
      }
    },
    incidentDetected(incident) {
      const { id, title, severity } = incident
      observeDetect(incident)
      log.warn(`incident ${id}: ${title}`, { incident_id: id, severity })
    },
    causeFound(incident) {
      const { id, severity } = incident
      observeDetect(incident)
      log.info(`the cause of incident ${id} is known now`, { incident_id: id, severity })
    },
    endUnheard({ alertname, labels, fingerprint }, knownBy) {
      log.warn(`alert ended, and nobody delivered that: ${alertname}`, { alertname, labels, fingerprint, by: knownBy })
    },
    incidentResolved({ id, severity, detectedAtMs, resolvedAtMs = detectedAtMs, resolvedBy }) {
      // Any other end is known only as "at the latest": a figure made of it would look like a measurement.
      if (resolvedBy === 'delivery') resolve.observe({ severity }, (resolvedAtMs - detectedAtMs) / 1000)
      log.info(`incident ${id} is resolved`, { incident_id: id, severity, by: resolvedBy })
    },
    incidentRecovered({ id, severity, healedAtMs, recoveredAtMs, recoveredBy }) {
      if (recoveredAtMs === undefined || recoveredBy === undefined) return
      if (healedAtMs !== undefined) {
        recover.observe({ severity, by: recoveredBy }, Math.max(0, recoveredAtMs - healedAtMs) / 1000)
      }
      log.info(`incident ${id} is recovered`, { incident_id: id, severity, by: recoveredBy })
    },
    incidentsAre: open => incidents.set(open),
    alertsDelivered(entries) {
      const firing = entries.some(entry => entry.status === 'firing')
      deliveries.inc({ status: firing ? 'firing' : 'resolved' })
      for (const { alertname, status, labels, fingerprint, startsAt } of entries) {
        log.info(`alert delivered: ${alertname} ${status}`, {
          alertname,
          status,
          labels,
          fingerprint,
          starts_at: startsAt,
        })
      }
    },
    deadManBeat: nowMs => lastBeat.set(nowMs / 1000),
    deadManTold(what, lastBeatAt) {
      if (what === 'silent')
        log.error("the dead man's switch is silent: alerts reach nobody", { last_beat_at: lastBeatAt })
      else log.info("the dead man's switch is heard again", { last_beat_at: lastBeatAt })
    },
  }
}
