import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const UsersConfig = Type.Object({
  ...serviceEnv,
  PORT: Type.Integer({ ...serviceEnv.PORT, default: 3004 }),
  DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://', description: 'The database of this service.' }),
  KAFKA_BROKERS: Type.Array(Type.String(), { minItems: 1, description: 'Brokers as host:port.' }),
  SEGMENT_POLL_MS: Type.Integer({
    minimum: 100,
    maximum: 3_600_000,
    default: 60_000,
    description: 'How often segments that ran out by time are looked for.',
  }),
  CUSTOMERS_KEPT: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 50_000,
    description: 'Beyond so many customers those who were last seen longest ago are removed; sample customers stay.',
  }),
  ORDER_EVENT_RETENTION_DAYS: Type.Integer({
    minimum: 8,
    maximum: 365,
    default: 8,
    description:
      'How long it is remembered which orders were counted; longer than a dead letter can wait to be replayed.',
  }),
})
export type UsersConfig = Static<typeof UsersConfig>

export const readConfig = (env: Readonly<Record<string, string | undefined>>): UsersConfig => readEnv(UsersConfig, env)
