import { calmRequestQueue } from '@techmart/platform/kafkajs-timer'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import kafkajs from 'kafkajs'
import { followPresence, type Presence, presencePace } from './presence.ts'

export function openKafkaPresence(brokers: readonly string[]): Presence {
  calmRequestQueue()
  const kafka = new kafkajs.Kafka({
    clientId: 'lab',
    brokers: [...brokers],
    connectionTimeout: presencePace.answerLimitMs,
    requestTimeout: presencePace.answerLimitMs,
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
  })
  let admin: kafkajs.Admin | undefined
  const end = async () => {
    const last = admin
    admin = undefined
    await last?.disconnect()
  }
  return {
    async ask() {
      admin ??= kafka.admin()
      await admin.connect()
      await admin.describeCluster()
    },
    letGo: () => void end().catch(() => undefined),
    [Symbol.asyncDispose]: () => end().catch(() => undefined),
  }
}

export function followKafka(options: { presence: Presence; metrics: Metrics; log: Log }): AsyncDisposable {
  const { presence, metrics, log } = options
  const up = metrics.gauge('kafka_up', 'The broker answers; 0 after two questions in a row without an answer.', [])
  return followPresence({ what: 'Kafka', presence, up, log })
}
