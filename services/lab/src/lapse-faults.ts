import type { Log } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import type { LabEvents } from './events.ts'
import type { FaultStore } from './fault-store.ts'

export interface LapseFaultsOptions {
  readonly faults: FaultStore
  readonly events: LabEvents
  readonly now: () => number
  readonly log: Log
}

/** The services let a fault end by themselves; here its end is written down and the mark on the dashboards taken back. */
export function lapseFaults({ faults, events, now, log }: LapseFaultsOptions): AsyncDisposable {
  return startLoop({
    name: 'lapse faults',
    everyMs: 500,
    log,
    work: async () => {
      const nowMs = now()
      for (const fault of faults.endLapsed(nowMs)) events.faultEnded(fault, 'time')
      events.faultsAre(faults.listActive(nowMs))
    },
  })
}
