import type { LabEvents } from './events.ts'
import type { FaultStore } from './fault-store.ts'
import { startRepeating } from './repeat.ts'

/** The services let a fault end by themselves; here its end is written down and the mark on the dashboards taken back. */
export function lapseFaults(options: { faults: FaultStore; events: LabEvents; now: () => number }): AsyncDisposable {
  const { faults, events, now } = options
  return startRepeating({
    everyMs: 500,
    task: () => {
      const nowMs = now()
      for (const fault of faults.endLapsed(nowMs)) events.faultEnded(fault, 'time')
      events.faultsAre(faults.listActive(nowMs))
    },
  })
}
