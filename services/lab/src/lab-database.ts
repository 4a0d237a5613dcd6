// The lab's own memory: SQLite in one file on a volume. It is not the store's Postgres on purpose, so that breaking Postgres does
// not break the breaking. Calls are synchronous and take microseconds; there is one writer, this process.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Applied in order, each once: `user_version` tells how many have been. */
const migrations = [
  `CREATE TABLE faults (
     id TEXT PRIMARY KEY,
     scenario TEXT NOT NULL,
     service TEXT NOT NULL,
     point TEXT NOT NULL,
     kind TEXT NOT NULL,
     ratio REAL NOT NULL,
     latency_ms INTEGER,
     target TEXT,
     journey TEXT,
     reason TEXT NOT NULL,
     starts_at_ms INTEGER NOT NULL,
     ends_at_ms INTEGER NOT NULL,
     ended_at_ms INTEGER,
     ended_by TEXT
   ) STRICT;
   CREATE INDEX faults_not_ended ON faults (ends_at_ms) WHERE ended_at_ms IS NULL;
   CREATE TABLE inbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     received_at_ms INTEGER NOT NULL,
     status TEXT NOT NULL,
     alertname TEXT NOT NULL,
     labels TEXT NOT NULL,
     annotations TEXT NOT NULL,
     starts_at TEXT NOT NULL,
     ends_at TEXT,
     fingerprint TEXT NOT NULL,
     generator_url TEXT NOT NULL
   ) STRICT;
   CREATE INDEX inbox_alertname ON inbox (alertname, id);
   CREATE TABLE dead_man (
     only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
     last_beat_at_ms INTEGER,
     beats INTEGER NOT NULL
   ) STRICT;
   INSERT INTO dead_man VALUES (1, NULL, 0);`,
  `ALTER TABLE dead_man ADD COLUMN silence_told_at_ms INTEGER;
   ALTER TABLE dead_man ADD COLUMN silence_ended_at_ms INTEGER;`,
  // What few faults have, as JSON: tail, leak, country, header, hidden.
  `ALTER TABLE faults ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
   CREATE INDEX faults_by_start ON faults (starts_at_ms);
   CREATE TABLE marks (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     at_ms INTEGER NOT NULL,
     kind TEXT NOT NULL,
     text TEXT NOT NULL,
     service TEXT,
     scenario TEXT,
     hidden INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX marks_by_time ON marks (at_ms);
   CREATE TABLE incidents (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     revision INTEGER NOT NULL UNIQUE,
     severity TEXT NOT NULL,
     title TEXT NOT NULL,
     started_at_ms INTEGER NOT NULL,
     detected_at_ms INTEGER NOT NULL,
     resolved_at_ms INTEGER,
     cause_kind TEXT,
     cause_name TEXT,
     cause_started_at_ms INTEGER,
     cause_hidden INTEGER NOT NULL DEFAULT 0,
     healed_at_ms INTEGER,
     recovered_at_ms INTEGER,
     recovered_by TEXT
   ) STRICT;
   CREATE TABLE incident_alerts (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     incident_id INTEGER NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
     fingerprint TEXT NOT NULL,
     alertname TEXT NOT NULL,
     severity TEXT NOT NULL,
     labels TEXT NOT NULL,
     annotations TEXT NOT NULL,
     starts_at_ms INTEGER NOT NULL,
     ends_at_ms INTEGER,
     delivered_at_ms INTEGER NOT NULL,
     end_delivered_at_ms INTEGER
   ) STRICT;
   CREATE INDEX incident_alerts_of ON incident_alerts (incident_id);
   CREATE UNIQUE INDEX incident_alerts_firing ON incident_alerts (fingerprint) WHERE end_delivered_at_ms IS NULL;`,
  // Ends that nobody delivered.
  `ALTER TABLE incident_alerts ADD COLUMN end_known_by TEXT;
   UPDATE incident_alerts SET end_known_by = 'delivery' WHERE end_delivered_at_ms IS NOT NULL;
   DROP INDEX incident_alerts_firing;
   CREATE UNIQUE INDEX incident_alerts_firing ON incident_alerts (fingerprint) WHERE end_known_by IS NULL;
   ALTER TABLE incidents ADD COLUMN resolved_by TEXT;
   UPDATE incidents SET resolved_by = 'delivery' WHERE resolved_at_ms IS NOT NULL;`,
  // Incidents that turned out to have one cause.
  'ALTER TABLE incidents ADD COLUMN merged_into INTEGER',
]

/** Opens the file in `folder`, which is made if it is missing; `:memory:` for none. `version` is older in tests alone. */
export function openLabDatabase(folder: string, version = migrations.length): DatabaseSync {
  if (folder !== ':memory:') mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(folder === ':memory:' ? folder : join(folder, 'lab.sqlite'), { timeout: 2000 })
  // WAL with NORMAL loses nothing when the process dies; a power cut may cost the last few rows.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const applied = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  for (const [index, migration] of migrations.entries()) {
    if (index < applied || index >= version) continue
    database.exec(`BEGIN; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
  return database
}

/** All that `work` writes, or nothing of it. One inside another is a part of it. */
export const makeTransaction =
  (database: DatabaseSync) =>
  <T>(work: () => T): T => {
    database.exec('SAVEPOINT work')
    try {
      const result = work()
      database.exec('RELEASE work')
      return result
    } catch (error) {
      database.exec('ROLLBACK TO work; RELEASE work')
      throw error
    }
  }
