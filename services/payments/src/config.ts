import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const PaymentsConfig = Type.Object({
  ...serviceEnv,
  PORT: Type.Integer({ ...serviceEnv.PORT, default: 3003 }),
  DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://', description: "This service's own PostgreSQL database." }),
  OUTSIDE_URL: Type.String({ pattern: '^https?://', description: 'Where the payment provider listens.' }),
  PROVIDER_TIMEOUT_MS: Type.Integer({
    minimum: 50,
    maximum: 10_000,
    default: 1_500,
    description: 'How long one try waits for the provider.',
  }),
  PROVIDER_TOTAL_MS: Type.Integer({
    minimum: 50,
    maximum: 30_000,
    default: 4_500,
    description: 'How long all tries of one request take together; api waits 5 s for it.',
  }),
  CIRCUIT_OPEN_MS: Type.Integer({
    minimum: 100,
    maximum: 300_000,
    default: 5_000,
    description: 'How long the open circuit refuses before it lets one call through to see.',
  }),
  CHARGE_RETENTION_HOURS: Type.Integer({
    minimum: 1,
    maximum: 8_760,
    default: 72,
    description: 'How long settled charges are kept.',
  }),
})
export type PaymentsConfig = Static<typeof PaymentsConfig>

export const readConfig = (env: Record<string, string | undefined>): PaymentsConfig => readEnv(PaymentsConfig, env)
