import type { Log } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import type { LabEvents } from './events.ts'
import type { FaultStore } from './fault-store.ts'
import type { IncidentKeeper } from './keep-incidents.ts'
import type { MarkStore } from './mark-store.ts'
import { markShownMs } from './routes/marks.ts'

export interface LapseFaultsOptions {
  readonly faults: FaultStore
  readonly marks: MarkStore
  readonly keeper: IncidentKeeper
  readonly events: LabEvents
  readonly now: () => number
  readonly log: Log
}

/** The services let a fault end by themselves; here its end is written down, the marks on the dashboards follow, and incidents hear of it. */
export function lapseFaults({ faults, marks, keeper, events, now, log }: LapseFaultsOptions): AsyncDisposable {
  return startLoop({
    name: 'lapse faults',
    everyMs: 500,
    log,
    work: async () => {
      const nowMs = now()
      for (const fault of faults.endLapsed(nowMs)) events.faultEnded(fault, 'time')
      events.faultsAre(faults.listActive(nowMs), nowMs)
      events.marksAre(marks.listBetween(nowMs - markShownMs, nowMs))
      keeper.settle(nowMs)
    },
  })
}
