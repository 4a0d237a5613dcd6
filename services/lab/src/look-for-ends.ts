// Looks for ends that nobody delivered: Alertmanager was restarted before it could tell, or the alert ended while it was muted.
// What Alertmanager lists no more has ended; when, is known to the look, and that is no measurement.
import type { Log } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import type { AlertmanagerClient } from './alertmanager-client.ts'
import { deadManAlertname } from './dead-man-alert.ts'
import type { IncidentStore } from './incident-store.ts'
import type { IncidentKeeper } from './keep-incidents.ts'

const everyMs = 15_000
/**
 * An Alertmanager that was restarted knows nothing until Prometheus sends again: a minute after the last time, and only when the
 * rules of the alert are judged, which the slowest group does every two minutes (prometheus/rules/real/slo-trickle.yml).
 */
const absentMs = 180_000
/** Looks this far apart say that the lab or the machine slept, and saw nothing in between. */
const sleptMs = 60_000
/** It always fires: a list without it comes from an Alertmanager that has not heard from Prometheus. */
const alwaysFiring = 'Watchdog'

export interface LookForEnds {
  readonly alertmanager: AlertmanagerClient
  readonly incidents: Pick<IncidentStore, 'listFiring'>
  readonly keeper: Pick<IncidentKeeper, 'endAbsent'>
  readonly now: () => number
}

/** Makes one look, to be repeated every few seconds. */
export function makeLookRound({ alertmanager, incidents, keeper, now }: LookForEnds) {
  /** Since when each alert, by the id of its row, has been missing from the list. */
  let absentSince: ReadonlyMap<number, number> = new Map()
  let lastLookMs = now()

  return async (): Promise<void> => {
    const before = now() - lastLookMs > sleptMs ? new Map<number, number>() : absentSince
    absentSince = new Map()
    lastLookMs = now()
    // The lab tells that one by itself, its end too, and Alertmanager need not know of it.
    const firing = incidents.listFiring().filter(({ alertname }) => alertname !== deadManAlertname)
    if (firing.length === 0) return

    const listed = await alertmanager.listAlerts()
    if (!listed.some(({ alertname }) => alertname === alwaysFiring)) return
    const known = new Set(listed.map(({ fingerprint }) => fingerprint))
    const nowMs = now()
    const absent = firing
      .filter(({ fingerprint }) => !known.has(fingerprint))
      .map(alert => ({ alert, sinceMs: before.get(alert.id) ?? nowMs }))
    absentSince = new Map(absent.map(({ alert, sinceMs }) => [alert.id, sinceMs]))
    keeper.endAbsent(absent.filter(({ sinceMs }) => nowMs - sinceMs >= absentMs))
  }
}

export function lookForEnds({ log, ...look }: LookForEnds & { readonly log: Log }): AsyncDisposable {
  return startLoop({ name: 'look for ends at Alertmanager', everyMs, log, work: makeLookRound(look) })
}
