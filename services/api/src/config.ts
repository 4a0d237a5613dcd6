import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const ApiEnv = Type.Object({
  ...serviceEnv,
  DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://', description: 'The database of this service.' }),
  KAFKA_BROKERS: Type.Array(Type.String(), { minItems: 1, description: 'Addresses host:port of Kafka brokers.' }),
  INVENTORY_URL: Type.String({ pattern: '^https?://', description: 'The inventory service.' }),
  PAYMENTS_URL: Type.String({ pattern: '^https?://', description: 'The payments service.' }),
  USERS_URL: Type.String({ pattern: '^https?://', description: 'The users service: customers and their segments.' }),
  OUTSIDE_URL: Type.String({ pattern: '^https?://', description: 'Where the carrier listens.' }),
  ORDER_KEY_SECRET: Type.String({
    minLength: 16,
    description: 'From it the keys that read single orders are made, and the names that tell reviewers apart.',
  }),
  REQUEST_LIMIT_MS: Type.Integer({
    minimum: 1_000,
    maximum: 60_000,
    default: 8_000,
    description: 'Longest time a checkout may take; shorter than the time-out of the gateway.',
  }),
  CIRCUIT_OPEN_MS: Type.Integer({
    minimum: 100,
    maximum: 300_000,
    default: 5_000,
    description: 'How long an open circuit refuses before it lets one call through to see.',
  }),
  RECOVERY_POLL_MS: Type.Integer({
    minimum: 100,
    maximum: 60_000,
    default: 2_000,
    description: 'How often unfinished orders are looked for.',
  }),
  ORDER_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 7,
    description: 'Finished orders older than this are removed.',
  }),
  UPLOAD_JOB_RETENTION_HOURS: Type.Integer({
    minimum: 26,
    maximum: 8_760,
    default: 72,
    description: 'Upload jobs older than this are removed; longer than Kafka keeps their messages.',
  }),
  UPLOADED_PRODUCT_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 7,
    description: 'Products that were not uploaded again for so long are removed; the seeded catalogue stays.',
  }),
})

export type ApiConfig = Static<typeof ApiEnv>

export const readConfig = (env: Readonly<Record<string, string | undefined>>): ApiConfig => readEnv(ApiEnv, env)
