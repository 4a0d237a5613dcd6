import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const NotificationsConfig = Type.Object({
  ...serviceEnv,
  PORT: Type.Integer({ ...serviceEnv.PORT, default: 3005 }),
  DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://', description: "This service's own PostgreSQL database." }),
  KAFKA_BROKERS: Type.Array(Type.String(), { minItems: 1, description: 'Brokers as host:port.' }),
  OUTSIDE_URL: Type.String({ pattern: '^https?://', description: 'Where the mail provider listens.' }),
  MAIL_TIMEOUT_MS: Type.Integer({
    minimum: 50,
    maximum: 30_000,
    // Three tries and their pauses must stay well under the consumer's session timeout of 10 s.
    default: 1_500,
    description: 'How long one try waits for the mail provider.',
  }),
  NOTIFICATION_RETENTION_HOURS: Type.Integer({
    minimum: 1,
    maximum: 8_760,
    default: 192,
    description:
      'How long it is remembered which events were told; longer than a dead letter can wait to be put back (seven days).',
  }),
})
export type NotificationsConfig = Static<typeof NotificationsConfig>

export const readConfig = (env: Record<string, string | undefined>): NotificationsConfig =>
  readEnv(NotificationsConfig, env)
