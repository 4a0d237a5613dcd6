import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const Config = Type.Object({
  LOG_LEVEL: serviceEnv.LOG_LEVEL,
  STOP_TIMEOUT_MS: serviceEnv.STOP_TIMEOUT_MS,
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 3007, description: 'Port to listen on.' }),
  DATA_DIR: Type.String({ default: '/var/lib/lab', description: "Folder of the lab's own SQLite file." }),
  INBOX_ROWS: Type.Integer({ minimum: 100, default: 10_000, description: 'Alerts kept in the inbox.' }),
  FAULT_ROWS: Type.Integer({ minimum: 100, default: 2000, description: 'Ended faults kept for the record.' }),
  MARK_ROWS: Type.Integer({
    minimum: 100,
    default: 2000,
    description: 'Marks of deployments and the like that are kept.',
  }),
  INCIDENT_ROWS: Type.Integer({ minimum: 10, default: 500, description: 'Incidents kept, each with its alerts.' }),
  DATABASE_URL: Type.Optional(
    Type.String({ description: 'A database of the Postgres server to watch; not watched if absent.' }),
  ),
  KAFKA_BROKERS: Type.Optional(
    Type.Array(Type.String(), { description: 'Brokers whose consumer lag is watched; not watched if absent.' }),
  ),
  TRACE_STORE_URL: Type.String({ default: 'http://tempo:3200', description: 'The trace store, or its stand-in.' }),
  STORE_URL: Type.String({
    default: 'http://localhost:8080',
    description: 'The store as a browser on the host reaches it, for links.',
  }),
  ALERTMANAGER_URL: Type.Optional(
    Type.String({
      description: 'Where ends of alerts are looked for that nobody delivered; not looked for if absent.',
    }),
  ),
  LOKI_URL: Type.String({ default: 'http://loki:3100', description: 'The log store.' }),
})
export type LabConfig = Static<typeof Config>

export const readConfig = (env: Record<string, string | undefined>): LabConfig => readEnv(Config, env)
