// Listens for the dead man's switch. When it falls silent the lab writes so into its own inbox, and again when it beats: with
// Alertmanager dead nobody would deliver it.
import type { Log } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import { buildDeadManDelivery } from './dead-man-alert.ts'
import type { DeadManStore, Silence } from './dead-man-store.ts'
import type { LabEvents } from './events.ts'
import type { IncidentKeeper } from './keep-incidents.ts'

/** Six beats: Alertmanager repeats the switch every ten seconds. */
const silentMs = 60_000
/** The others may start a minute later than the lab, which heard their last beat before a pause. */
const startMs = 60_000
const everyMs = 5_000
/** Rounds this far apart say that the machine slept, and everybody with it. */
const sleptMs = 20_000

export interface DeadManWatch {
  readonly deadMan: DeadManStore
  readonly keeper: Pick<IncidentKeeper, 'take'>
  readonly events: LabEvents
  readonly now: () => number
  /** Both rows are written, or neither. */
  readonly inOneTransaction: (work: () => void) => void
  readonly storeUrl: string
}

/** Makes one round of the watch, to be run every few seconds. */
export function makeDeadManRound({ deadMan, keeper, events, now, inOneTransaction, storeUrl }: DeadManWatch) {
  let listeningFromMs = now() + startMs
  let lastRoundMs = now()

  const tell = (silence: Silence, lastBeatAt: string, nowMs: number) => {
    keeper.take(buildDeadManDelivery(silence, lastBeatAt, storeUrl), nowMs)
    events.deadManTold(silence.endedAtMs === undefined ? 'silent' : 'back', lastBeatAt)
  }

  return (): void => {
    const nowMs = now()
    if (nowMs - lastRoundMs > sleptMs) listeningFromMs = Math.max(listeningFromMs, nowMs)
    lastRoundMs = nowMs

    const { lastBeatAt } = deadMan.get(nowMs)
    // Never heard: a lab without Alertmanager, which is nobody's outage.
    if (lastBeatAt === null) return
    const lastBeatMs = Date.parse(lastBeatAt)
    const silence = deadMan.findSilence()
    const isSilent = silence !== undefined && silence.endedAtMs === undefined

    if (isSilent && lastBeatMs > silence.toldAtMs) {
      inOneTransaction(() => {
        deadMan.endSilence(nowMs)
        tell({ ...silence, endedAtMs: nowMs }, lastBeatAt, nowMs)
      })
    } else if (!isSilent && nowMs - Math.max(lastBeatMs, listeningFromMs) > silentMs) {
      inOneTransaction(() => {
        deadMan.beginSilence(nowMs)
        tell({ toldAtMs: nowMs, endedAtMs: undefined }, lastBeatAt, nowMs)
      })
    }
  }
}

export function watchDeadMan({ log, ...watch }: DeadManWatch & { readonly log: Log }): AsyncDisposable {
  const round = makeDeadManRound(watch)
  return startLoop({ name: "listen for the dead man's switch", everyMs, log, work: async () => round() })
}
