// The dead man's switch: an alert that always fires. While its deliveries arrive, the road from Prometheus to here is open.
import type { DatabaseSync } from 'node:sqlite'
import type { DeadMan } from '@techmart/contracts/lab-routes'

export interface DeadManStore {
  beat(nowMs: number): void
  get(nowMs: number): DeadMan
}

export function makeDeadManStore(database: DatabaseSync): DeadManStore {
  const update = database.prepare('UPDATE dead_man SET last_beat_at_ms = ?, beats = beats + 1')
  const select = database.prepare('SELECT last_beat_at_ms, beats FROM dead_man')

  return {
    beat: nowMs => {
      update.run(nowMs)
    },
    get(nowMs) {
      const row = select.get()
      const lastBeatMs = row?.last_beat_at_ms ?? null
      return {
        lastBeatAt: lastBeatMs === null ? null : new Date(Number(lastBeatMs)).toISOString(),
        ageSeconds: lastBeatMs === null ? null : Math.max(0, (nowMs - Number(lastBeatMs)) / 1000),
        beats: Number(row?.beats ?? 0),
      }
    },
  }
}
