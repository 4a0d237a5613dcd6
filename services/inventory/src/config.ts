import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const InventoryEnv = Type.Object({
  ...serviceEnv,
  DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://', description: 'The database of this service.' }),
  RESERVATION_SECONDS: Type.Integer({
    minimum: 30,
    maximum: 86_400,
    default: 600,
    description: 'How long stock is held for an order that is being paid.',
  }),
  RESTOCK_POLL_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 5_000,
    description: 'How often shelves are looked through and lapsed reservations given back.',
  }),
  RESERVATION_RETENTION_HOURS: Type.Integer({
    minimum: 1,
    maximum: 8_760,
    default: 48,
    description: 'Ended reservations older than this are removed.',
  }),
  MOVEMENT_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 7,
    description: 'Movements of goods older than this are removed.',
  }),
})

export type InventoryConfig = Static<typeof InventoryEnv>

export const readConfig = (env: Readonly<Record<string, string | undefined>>): InventoryConfig =>
  readEnv(InventoryEnv, env)
