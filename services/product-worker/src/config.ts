import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const ProductWorkerConfig = Type.Object({
  ...serviceEnv,
  PORT: Type.Integer({ ...serviceEnv.PORT, default: 3006 }),
  DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    description: 'The database of api, whose catalogue and jobs are written here.',
  }),
  KAFKA_BROKERS: Type.Array(Type.String(), { minItems: 1, description: 'Brokers as host:port.' }),
})
export type ProductWorkerConfig = Static<typeof ProductWorkerConfig>

export const readConfig = (env: Readonly<Record<string, string | undefined>>): ProductWorkerConfig =>
  readEnv(ProductWorkerConfig, env)
