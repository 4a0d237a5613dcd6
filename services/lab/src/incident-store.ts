// Incidents and their alerts as rows. Each change of an incident gives it the next revision, which numbers the stream's events.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { IncidentAlert } from '@techmart/contracts/incident-routes'
import type { Cause } from './find-cause.ts'

/** How an end is known: it was delivered, Alertmanager lists the alert no more, or the same alert has begun anew. */
export type EndKnownBy = NonNullable<IncidentAlert['endKnownBy']>

export interface StoredIncident {
  readonly id: number
  readonly revision: number
  readonly severity: string
  readonly title: string
  readonly startedAtMs: number
  readonly detectedAtMs: number
  readonly resolvedAtMs: number | undefined
  /** How the last end is known; what was not delivered ended at `resolvedAtMs` at the latest. */
  readonly resolvedBy: EndKnownBy | undefined
  readonly cause: Omit<Cause, 'endedAtMs'> | undefined
  readonly healedAtMs: number | undefined
  readonly recoveredAtMs: number | undefined
  readonly recoveredBy: 'probe' | 'alerts' | undefined
  /** The incident that has its alerts now, since both had one cause. */
  readonly mergedInto: number | undefined
}

export interface StoredAlert {
  readonly id: number
  readonly incidentId: number
  readonly fingerprint: string
  readonly alertname: string
  readonly severity: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAtMs: number
  /** At the latest, where the end was not delivered. */
  readonly endsAtMs: number | undefined
  readonly deliveredAtMs: number
  readonly endDeliveredAtMs: number | undefined
  /** Undefined while it fires. */
  readonly endKnownBy: EndKnownBy | undefined
}

export interface AlertEnd {
  readonly endsAtMs: number
  readonly deliveredAtMs?: number
  readonly knownBy: EndKnownBy
}

export type NewIncident = Pick<StoredIncident, 'severity' | 'title' | 'startedAtMs' | 'detectedAtMs' | 'cause'>
export type IncidentChange = Partial<Omit<StoredIncident, 'id' | 'revision'>>

export interface IncidentStore {
  open(incident: NewIncident): StoredIncident
  /** Also without a change of its own: one of its alerts has changed. */
  change(id: number, change: IncidentChange): StoredIncident
  find(id: number): StoredIncident | undefined
  /** Newest first, without those that became a part of another one. */
  list(query: { state?: 'open' | 'resolved' | undefined; limit: number }): StoredIncident[]
  /** Those that changed after that revision, in the order in which they changed. */
  listSince(revision: number, limit: number): StoredIncident[]
  /** Those whose end or recovery is not known yet and that were detected after that time. */
  listUnfinished(detectedAfterMs: number): StoredIncident[]
  /** Those without a known cause that were detected after that time, oldest first. */
  listWithoutCause(detectedAfterMs: number): StoredIncident[]
  addAlert(alert: Omit<StoredAlert, 'id' | 'endsAtMs' | 'endDeliveredAtMs' | 'endKnownBy'>): void
  endAlert(id: number, end: AlertEnd): void
  /** Gives all alerts of one incident to another. */
  moveAlerts(fromIncidentId: number, toIncidentId: number): void
  findFiring(fingerprint: string): StoredAlert | undefined
  listFiring(): StoredAlert[]
  /** Alerts of an incident, in the order of their delivery. */
  listAlerts(incidentId: number): StoredAlert[]
}

type Row = Record<string, SQLOutputValue>

const toMs = (value: SQLOutputValue | undefined): number | undefined => (value === null ? undefined : Number(value))

const toEndKnownBy = (value: SQLOutputValue | undefined): EndKnownBy | undefined =>
  value === null ? undefined : (value as EndKnownBy)

const toIncident = (row: Row): StoredIncident => ({
  id: Number(row.id),
  revision: Number(row.revision),
  severity: String(row.severity),
  title: String(row.title),
  startedAtMs: Number(row.started_at_ms),
  detectedAtMs: Number(row.detected_at_ms),
  resolvedAtMs: toMs(row.resolved_at_ms),
  resolvedBy: toEndKnownBy(row.resolved_by),
  cause:
    row.cause_kind === null
      ? undefined
      : {
          kind: row.cause_kind as Cause['kind'],
          name: String(row.cause_name),
          startedAtMs: Number(row.cause_started_at_ms),
          isHidden: row.cause_hidden === 1,
        },
  healedAtMs: toMs(row.healed_at_ms),
  recoveredAtMs: toMs(row.recovered_at_ms),
  recoveredBy: row.recovered_by === null ? undefined : (row.recovered_by as StoredIncident['recoveredBy']),
  mergedInto: toMs(row.merged_into),
})

const toAlert = (row: Row): StoredAlert => ({
  id: Number(row.id),
  incidentId: Number(row.incident_id),
  fingerprint: String(row.fingerprint),
  alertname: String(row.alertname),
  severity: String(row.severity),
  labels: JSON.parse(String(row.labels)),
  annotations: JSON.parse(String(row.annotations)),
  startsAtMs: Number(row.starts_at_ms),
  endsAtMs: toMs(row.ends_at_ms),
  deliveredAtMs: Number(row.delivered_at_ms),
  endDeliveredAtMs: toMs(row.end_delivered_at_ms),
  endKnownBy: toEndKnownBy(row.end_known_by),
})

const toCauseColumns = (cause: StoredIncident['cause']) =>
  [cause?.kind ?? null, cause?.name ?? null, cause?.startedAtMs ?? null, cause?.isHidden ? 1 : 0] as const

const nextRevision = '(SELECT coalesce(max(revision), 0) + 1 FROM incidents)'

export function makeIncidentStore(database: DatabaseSync, keptRows: number): IncidentStore {
  const insert = database.prepare(
    `INSERT INTO incidents (revision, severity, title, started_at_ms, detected_at_ms, cause_kind, cause_name, cause_started_at_ms,
       cause_hidden)
     VALUES (${nextRevision}, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
  )
  const update = database.prepare(
    `UPDATE incidents SET revision = ${nextRevision}, severity = ?, title = ?, started_at_ms = ?, detected_at_ms = ?,
       resolved_at_ms = ?, resolved_by = ?, cause_kind = ?, cause_name = ?, cause_started_at_ms = ?, cause_hidden = ?,
       healed_at_ms = ?, recovered_at_ms = ?, recovered_by = ?, merged_into = ?
     WHERE id = ? RETURNING *`,
  )
  const selectOne = database.prepare('SELECT * FROM incidents WHERE id = ?')
  const selectLast = database.prepare(
    `SELECT * FROM incidents WHERE merged_into IS NULL AND (?1 IS NULL OR (resolved_at_ms IS NULL) = (?1 = 'open'))
     ORDER BY id DESC LIMIT ?2`,
  )
  const selectSince = database.prepare('SELECT * FROM incidents WHERE revision > ? ORDER BY revision LIMIT ?')
  const selectUnfinished = database.prepare(
    `SELECT * FROM incidents WHERE (resolved_at_ms IS NULL OR recovered_at_ms IS NULL) AND merged_into IS NULL
       AND detected_at_ms > ? ORDER BY id`,
  )
  const selectWithoutCause = database.prepare(
    'SELECT * FROM incidents WHERE cause_kind IS NULL AND merged_into IS NULL AND detected_at_ms > ? ORDER BY id',
  )
  const forgetOldest = database.prepare('DELETE FROM incidents WHERE id <= (SELECT max(id) FROM incidents) - ?')
  const insertAlert = database.prepare(
    `INSERT INTO incident_alerts (incident_id, fingerprint, alertname, severity, labels, annotations, starts_at_ms, delivered_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const updateEnd = database.prepare(
    'UPDATE incident_alerts SET ends_at_ms = ?, end_delivered_at_ms = ?, end_known_by = ? WHERE id = ?',
  )
  const updateIncident = database.prepare('UPDATE incident_alerts SET incident_id = ?2 WHERE incident_id = ?1')
  const selectFiring = database.prepare(
    'SELECT * FROM incident_alerts WHERE (?1 IS NULL OR fingerprint = ?1) AND end_known_by IS NULL ORDER BY id',
  )
  const selectAlerts = database.prepare('SELECT * FROM incident_alerts WHERE incident_id = ? ORDER BY id')

  const find = (id: number): StoredIncident | undefined => {
    const row = selectOne.get(id)
    return row && toIncident(row)
  }

  return {
    open({ severity, title, startedAtMs, detectedAtMs, cause }) {
      const row = insert.get(severity, title, startedAtMs, detectedAtMs, ...toCauseColumns(cause))
      if (!row) throw new Error('SQLite did not return the inserted incident.')
      forgetOldest.run(keptRows)
      return toIncident(row)
    },
    change(id, change) {
      const before = find(id)
      if (!before) throw new Error(`There is no incident ${id}.`)
      const next = { ...before, ...change }
      const row = update.get(
        next.severity,
        next.title,
        next.startedAtMs,
        next.detectedAtMs,
        next.resolvedAtMs ?? null,
        next.resolvedBy ?? null,
        ...toCauseColumns(next.cause),
        next.healedAtMs ?? null,
        next.recoveredAtMs ?? null,
        next.recoveredBy ?? null,
        next.mergedInto ?? null,
        id,
      )
      if (!row) throw new Error(`Incident ${id} has vanished.`)
      return toIncident(row)
    },
    find,
    list: ({ state = null, limit }) => selectLast.all(state, limit).map(toIncident),
    listSince: (revision, limit) => selectSince.all(revision, limit).map(toIncident),
    listUnfinished: detectedAfterMs => selectUnfinished.all(detectedAfterMs).map(toIncident),
    listWithoutCause: detectedAfterMs => selectWithoutCause.all(detectedAfterMs).map(toIncident),
    addAlert(alert) {
      insertAlert.run(
        alert.incidentId,
        alert.fingerprint,
        alert.alertname,
        alert.severity,
        JSON.stringify(alert.labels),
        JSON.stringify(alert.annotations),
        alert.startsAtMs,
        alert.deliveredAtMs,
      )
    },
    endAlert(id, { endsAtMs, deliveredAtMs, knownBy }) {
      updateEnd.run(endsAtMs, deliveredAtMs ?? null, knownBy, id)
    },
    moveAlerts(fromIncidentId, toIncidentId) {
      updateIncident.run(fromIncidentId, toIncidentId)
    },
    findFiring(fingerprint) {
      const row = selectFiring.get(fingerprint)
      return row && toAlert(row)
    },
    listFiring: () => selectFiring.all(null).map(toAlert),
    listAlerts: incidentId => selectAlerts.all(incidentId).map(toAlert),
  }
}
