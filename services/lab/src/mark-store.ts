// Marks: what happened to the lab from outside, as somebody wrote it down. The oldest go when there are too many.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Mark, MarkRequest } from '@techmart/contracts/incident-routes'

export interface MarkStore {
  add(request: MarkRequest, nowMs: number): Mark
  /** The last ones, oldest first. */
  list(limit: number): Mark[]
  listBetween(fromMs: number, toMs: number): Mark[]
}

const toMark = (row: Record<string, SQLOutputValue>): Mark => ({
  id: Number(row.id),
  at: new Date(Number(row.at_ms)).toISOString(),
  kind: row.kind as Mark['kind'],
  text: String(row.text),
  ...(row.service === null ? {} : { service: String(row.service) }),
  ...(row.scenario === null ? {} : { scenario: String(row.scenario) }),
  ...(row.hidden ? { hidden: true } : {}),
})

export function makeMarkStore(database: DatabaseSync, keptRows: number): MarkStore {
  const insert = database.prepare(
    'INSERT INTO marks (at_ms, kind, text, service, scenario, hidden) VALUES (?, ?, ?, ?, ?, ?) RETURNING *',
  )
  const selectLast = database.prepare('SELECT * FROM marks ORDER BY at_ms DESC, id DESC LIMIT ?')
  const selectBetween = database.prepare('SELECT * FROM marks WHERE at_ms BETWEEN ? AND ? ORDER BY at_ms, id')
  const forgetOldest = database.prepare('DELETE FROM marks WHERE id <= (SELECT max(id) FROM marks) - ?')

  return {
    add({ at, kind, text, service, scenario, hidden }, nowMs) {
      const atMs = at === undefined ? nowMs : Math.min(nowMs, Date.parse(at))
      const row = insert.get(atMs, kind, text, service ?? null, scenario ?? null, hidden ? 1 : 0)
      if (!row) throw new Error('SQLite did not return the inserted mark.')
      forgetOldest.run(keptRows)
      return toMark(row)
    },
    list: limit => selectLast.all(limit).reverse().map(toMark),
    listBetween: (fromMs, toMs) => selectBetween.all(fromMs, toMs).map(toMark),
  }
}
