// What Alertmanager delivered: each alert of each delivery is one row, never changed; the oldest go when there are too many.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { AlertmanagerWebhook, InboxEntry } from '@techmart/contracts/lab-routes'

export interface InboxQuery {
  readonly after?: number
  readonly alertname?: string
  readonly limit: number
}

export interface InboxStore {
  add(delivery: AlertmanagerWebhook, nowMs: number): InboxEntry[]
  /** Oldest first: those after an id, or else the last ones. */
  list(query: InboxQuery): InboxEntry[]
}

type Row = Record<string, SQLOutputValue>

const toEntry = (row: Row): InboxEntry => ({
  id: Number(row.id),
  receivedAt: new Date(Number(row.received_at_ms)).toISOString(),
  status: row.status as InboxEntry['status'],
  alertname: String(row.alertname),
  labels: JSON.parse(String(row.labels)),
  annotations: JSON.parse(String(row.annotations)),
  startsAt: String(row.starts_at),
  endsAt: row.ends_at === null ? null : String(row.ends_at),
  fingerprint: String(row.fingerprint),
  generatorUrl: String(row.generator_url),
})

/** Alertmanager writes the year 1 for "not ended", and up to nanoseconds elsewhere; we keep RFC 3339 in milliseconds. */
function toTimestamp(text: string): string | null {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() <= 1 ? null : at.toISOString()
}

export function makeInboxStore(database: DatabaseSync, keptRows: number): InboxStore {
  const insert = database.prepare(
    `INSERT INTO inbox (received_at_ms, status, alertname, labels, annotations, starts_at, ends_at, fingerprint, generator_url)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
  )
  const selectAfter = database.prepare(
    'SELECT * FROM inbox WHERE id > ?1 AND (?2 IS NULL OR alertname = ?2) ORDER BY id LIMIT ?3',
  )
  const selectLast = database.prepare(
    'SELECT * FROM inbox WHERE (?1 IS NULL OR alertname = ?1) ORDER BY id DESC LIMIT ?2',
  )
  const forgetOldest = database.prepare('DELETE FROM inbox WHERE id <= (SELECT max(id) FROM inbox) - ?')

  return {
    add(delivery, nowMs) {
      const entries = delivery.alerts.map(alert => {
        const row = insert.get(
          nowMs,
          alert.status,
          alert.labels.alertname ?? '',
          JSON.stringify(alert.labels),
          JSON.stringify(alert.annotations),
          toTimestamp(alert.startsAt) ?? new Date(nowMs).toISOString(),
          alert.status === 'resolved' ? toTimestamp(alert.endsAt) : null,
          alert.fingerprint,
          alert.generatorURL,
        )
        if (!row) throw new Error('SQLite did not return the inserted row.')
        return toEntry(row)
      })
      forgetOldest.run(keptRows)
      return entries
    },
    list: ({ after, alertname = null, limit }) =>
      after === undefined
        ? selectLast.all(alertname, limit).reverse().map(toEntry)
        : selectAfter.all(after, alertname, limit).map(toEntry),
  }
}
