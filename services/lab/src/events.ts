// What happens in the lab, each told once: a counter or gauge with few labels, and a log line with the detail.
import type { Fault } from '@techmart/contracts/faults'
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { FaultEnd } from './fault-store.ts'

export interface LabEvents {
  /** Sets the gauge that marks dashboards: 1 for each scenario of the list, nothing for all others. */
  faultsAre(active: readonly Fault[]): void
  faultStarted(fault: Fault): void
  faultEnded(fault: Fault, by: FaultEnd): void
  alertsDelivered(entries: readonly InboxEntry[]): void
  deadManBeat(nowMs: number): void
  /** The dead man's switch has fallen silent, or is heard again. */
  deadManTold(what: 'silent' | 'back', lastBeatAt: string): void
}

const describe = (fault: Fault) => ({
  fault_id: fault.id,
  scenario: fault.scenario,
  target_service: fault.service,
  point: fault.point,
  kind: fault.kind,
  ratio: fault.ratio,
  target: fault.target,
  journey: fault.journey,
  latency_ms: fault.latencyMs,
  ends_at: fault.endsAt,
  reason: fault.reason,
})

export function makeLabEvents(metrics: Metrics, log: Log): LabEvents {
  const activeFaults = metrics.gauge('lab_fault_active', 'A scenario has an active fault.', ['scenario'])
  const faults = metrics.counter('lab_faults_total', 'Faults, by what became of them.', ['scenario', 'event'])
  const deliveries = metrics.counter('inbox_deliveries_total', "Alertmanager's deliveries.", ['status'])
  const lastBeat = metrics.gauge(
    'dead_man_last_beat_timestamp_seconds',
    "When the dead man's switch was heard last.",
    [],
  )

  // Never heard is no time at all, and not the year 1970.
  lastBeat.remove()

  return {
    faultsAre(active) {
      activeFaults.reset()
      for (const { scenario } of active) activeFaults.set({ scenario }, 1)
    },
    faultStarted(fault) {
      faults.inc({ scenario: fault.scenario, event: 'started' })
      log.warn(`fault started: ${fault.scenario}`, describe(fault))
    },
    faultEnded(fault, by) {
      faults.inc({ scenario: fault.scenario, event: by === 'time' ? 'lapsed' : 'stopped' })
      log.warn(
        `fault ended: ${fault.scenario} (${by === 'time' ? 'its time was over' : 'somebody ended it'})`,
        describe(fault),
      )
    },
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
