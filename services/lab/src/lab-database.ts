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
]

/** Opens the file in `folder`, which is made if it is missing; `:memory:` for none. */
export function openLabDatabase(folder: string): DatabaseSync {
  if (folder !== ':memory:') mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(folder === ':memory:' ? folder : join(folder, 'lab.sqlite'), { timeout: 2000 })
  // WAL with NORMAL loses nothing when the process dies; a power cut may cost the last few rows.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const applied = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  for (const [index, migration] of migrations.entries()) {
    if (index < applied) continue
    database.exec(`BEGIN; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
  return database
}

/** All that `work` writes, or nothing of it. */
export const makeTransaction = (database: DatabaseSync) => (work: () => void) => {
  database.exec('BEGIN')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
