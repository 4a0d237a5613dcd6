// The list of faults. A fault stands in it from its request until its end or until somebody ends it, and strikes from its start on;
// ended ones are kept for the record, bounded.
import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Fault, FaultRecord, FaultRequest } from '@techmart/contracts/faults'

/** How a fault came to its end. */
export type FaultEnd = 'time' | 'stopped'

export interface FaultStore {
  start(request: FaultRequest, nowMs: number): Fault
  /** Those that are active, and those that are to begin. */
  listActive(nowMs: number): Fault[]
  /** The last ones of all, oldest first. */
  listRecords(limit: number): FaultRecord[]
  /** Those that had begun before `toMs` and had not ended before `fromMs`. */
  listBetween(fromMs: number, toMs: number): FaultRecord[]
  /** The fault, if it was active; null when it had ended already; undefined when there never was one. */
  end(id: string, nowMs: number): Fault | null | undefined
  endAll(nowMs: number): Fault[]
  /** Marks those whose time is over as ended at that time, and returns them. */
  endLapsed(nowMs: number): Fault[]
}

type Row = Record<string, SQLOutputValue>

const toTimestamp = (ms: SQLOutputValue | undefined): string => new Date(Number(ms)).toISOString()

const toFault = (row: Row): Fault => ({
  id: String(row.id),
  scenario: String(row.scenario),
  service: String(row.service),
  point: row.point as Fault['point'],
  kind: row.kind as Fault['kind'],
  ratio: Number(row.ratio),
  ...(row.latency_ms === null ? {} : { latencyMs: Number(row.latency_ms) }),
  ...(row.target === null ? {} : { target: String(row.target) }),
  ...(row.journey === null ? {} : { journey: String(row.journey) }),
  reason: String(row.reason),
  startsAt: toTimestamp(row.starts_at_ms),
  endsAt: toTimestamp(row.ends_at_ms),
  ...(JSON.parse(String(row.details)) as Details),
})

const toRecord = (row: Row): FaultRecord => ({
  ...toFault(row),
  endedAt: row.ended_at_ms === null ? null : toTimestamp(row.ended_at_ms),
  endedBy: row.ended_by as FaultRecord['endedBy'],
})

type Details = Pick<FaultRequest, 'tail' | 'leak' | 'country' | 'header' | 'hidden'>

/** Without what is undefined, which JSON leaves out. */
const toDetails = ({ tail, leak, country, header, hidden }: FaultRequest): string =>
  JSON.stringify({ tail, leak, country, header, hidden } satisfies { [N in keyof Details]: unknown })

export function makeFaultStore(database: DatabaseSync, keptRows: number): FaultStore {
  const insert = database.prepare(
    `INSERT INTO faults (id, scenario, service, point, kind, ratio, latency_ms, target, journey, reason, details, starts_at_ms,
       ends_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
  )
  const selectActive = database.prepare(
    'SELECT * FROM faults WHERE ended_at_ms IS NULL AND ends_at_ms > ? ORDER BY starts_at_ms, id',
  )
  const selectLast = database.prepare('SELECT * FROM faults ORDER BY starts_at_ms DESC, rowid DESC LIMIT ?')
  const selectBetween = database.prepare(
    `SELECT * FROM faults WHERE starts_at_ms <= ?2 AND coalesce(ended_at_ms, ends_at_ms) >= ?1
       -- Stopped before it began: it never was.
       AND (ended_at_ms IS NULL OR ended_at_ms > starts_at_ms) ORDER BY starts_at_ms, rowid`,
  )
  const selectOne = database.prepare('SELECT * FROM faults WHERE id = ?')
  const endActive = database.prepare(
    `UPDATE faults SET ended_at_ms = ?1, ended_by = 'stopped'
     WHERE ended_at_ms IS NULL AND ends_at_ms > ?1 AND (?2 IS NULL OR id = ?2) RETURNING *`,
  )
  const endLapsed = database.prepare(
    `UPDATE faults SET ended_at_ms = ends_at_ms, ended_by = 'time'
     WHERE ended_at_ms IS NULL AND ends_at_ms <= ? RETURNING *`,
  )
  const forgetOldest = database.prepare(
    `DELETE FROM faults WHERE ended_at_ms IS NOT NULL AND id NOT IN
       (SELECT id FROM faults ORDER BY starts_at_ms DESC LIMIT ?)`,
  )

  return {
    start(request, nowMs) {
      const startsAtMs = Math.max(nowMs, request.startsAt === undefined ? nowMs : Date.parse(request.startsAt))
      const row = insert.get(
        randomUUID(),
        request.scenario,
        request.service,
        request.point,
        request.kind,
        request.ratio,
        request.latencyMs ?? null,
        request.target ?? null,
        request.journey ?? null,
        request.reason,
        toDetails(request),
        startsAtMs,
        startsAtMs + request.durationSeconds * 1000,
      )
      if (!row) throw new Error('SQLite did not return the inserted fault.')
      forgetOldest.run(keptRows)
      return toFault(row)
    },
    listActive: nowMs => selectActive.all(nowMs).map(toFault),
    listRecords: limit => selectLast.all(limit).reverse().map(toRecord),
    listBetween: (fromMs, toMs) => selectBetween.all(fromMs, toMs).map(toRecord),
    end(id, nowMs) {
      const [ended] = endActive.all(nowMs, id)
      if (ended) return toFault(ended)
      return selectOne.get(id) ? null : undefined
    },
    endAll: nowMs => endActive.all(nowMs, null).map(toFault),
    endLapsed: nowMs => endLapsed.all(nowMs).map(toFault),
  }
}
