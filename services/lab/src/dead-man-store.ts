// The dead man's switch: an alert that always fires. While its deliveries arrive, the road from Prometheus to here is open. Its last
// silence is kept too, so that a restart neither forgets one nor tells it twice.
import type { DatabaseSync } from 'node:sqlite'
import type { DeadMan } from '@techmart/contracts/lab-routes'

/** A time in which no beat came, from when it was told until a beat came again. */
export interface Silence {
  readonly toldAtMs: number
  readonly endedAtMs: number | undefined
}

export interface DeadManStore {
  beat(nowMs: number): void
  get(nowMs: number): DeadMan
  /** The last silence that was told; undefined when there never was one. */
  findSilence(): Silence | undefined
  beginSilence(nowMs: number): void
  endSilence(nowMs: number): void
}

export function makeDeadManStore(database: DatabaseSync): DeadManStore {
  const update = database.prepare('UPDATE dead_man SET last_beat_at_ms = ?, beats = beats + 1')
  const select = database.prepare('SELECT last_beat_at_ms, beats FROM dead_man')
  const selectSilence = database.prepare('SELECT silence_told_at_ms, silence_ended_at_ms FROM dead_man')
  const begin = database.prepare('UPDATE dead_man SET silence_told_at_ms = ?, silence_ended_at_ms = NULL')
  const end = database.prepare('UPDATE dead_man SET silence_ended_at_ms = ?')

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
    findSilence() {
      const { silence_told_at_ms: told = null, silence_ended_at_ms: ended = null } = selectSilence.get() ?? {}
      if (told === null) return undefined
      return { toldAtMs: Number(told), endedAtMs: ended === null ? undefined : Number(ended) }
    },
    beginSilence: nowMs => {
      begin.run(nowMs)
    },
    endSilence: nowMs => {
      end.run(nowMs)
    },
  }
}
