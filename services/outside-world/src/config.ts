import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const Ratio = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }))

// LAB_URL is not among them: the providers belong to somebody else, so the lab's faults strike our clients, never them.
const OutsideWorldConfig = Type.Object({
  PORT: Type.Integer({ ...serviceEnv.PORT, default: 3010 }),
  LOG_LEVEL: serviceEnv.LOG_LEVEL,
  STOP_TIMEOUT_MS: serviceEnv.STOP_TIMEOUT_MS,
  SEED: Type.String({ default: 'techmart', description: 'Decides, with the charge key, which charges are declined.' }),
  FAILURE_SCALE: Type.Number({
    minimum: 0,
    maximum: 20,
    default: 1,
    description: 'Multiplies every rate of country-rates.ts; 0 makes the providers perfect.',
  }),
  LATENCY_SCALE: Type.Number({
    minimum: 0,
    maximum: 20,
    default: 1,
    description: 'Multiplies the time to answer; 0 is instant.',
  }),
  DECLINE_RATIO: Ratio('Share of charges declined, in place of the rate of every country.'),
  TECHNICAL_RATIO: Ratio('Share of payment calls that fail technically, in place of the rate of every country.'),
  MAIL_FAILURE_RATIO: Ratio('Share of mails that fail.'),
  CARRIER_FAILURE_RATIO: Ratio('Share of questions for a price that fail, in place of the rate of every country.'),
  REMEMBERED_KEYS: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 50_000,
    description: 'Charge keys and message keys kept in memory; the longest unused one is forgotten first.',
  }),
})
export type OutsideWorldConfig = Static<typeof OutsideWorldConfig>

export const readConfig = (env: Record<string, string | undefined>): OutsideWorldConfig =>
  readEnv(OutsideWorldConfig, env)
