import { readEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const Config = Type.Object({
  API_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 3200, description: "Port of Tempo's API." }),
  OTLP_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 4318, description: 'Port that receives OTLP/HTTP.' }),
  MAX_BYTES: Type.Integer({ minimum: 1_000_000, default: 96_000_000, description: 'Bytes of traces kept in memory.' }),
  MAX_TRACES: Type.Integer({ minimum: 1, default: 50_000, description: 'Traces kept in memory.' }),
  MAX_TRACE_BYTES: Type.Integer({ minimum: 1000, default: 2_000_000, description: 'Bytes kept of one trace.' }),
})
export type StandInConfig = Static<typeof Config>

export const readConfig = (env: Record<string, string | undefined>): StandInConfig => readEnv(Config, env)
