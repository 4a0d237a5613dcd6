// A small port to Kafka: send a message, consume a topic. kafkajs stands behind it, and a second transport could without a
// change in any service. The kafkajs instrumentation makes the spans and carries the context in the headers.
import { topics } from '@techmart/contracts/topics'
import kafkajs from 'kafkajs'
import type { TSchema } from 'typebox'
import { type Faults, noFaults } from './faults.ts'
import { type ConsumeOptionsOfEach, type Consumer, startConsumer } from './kafka-consumer.ts'
import { makeProducer } from './kafka-producer.ts'
import { followTopics } from './kafka-topics.ts'
import { calmRequestQueue } from './kafkajs-timer.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

export type { ConsumeOptions, Consumer, MessageMeta } from './kafka-consumer.ts'

export interface KafkaMessage {
  readonly topic: string
  /** An id; it shows in spans: never an e-mail address. */
  readonly key: string
  /** Sent as JSON. */
  readonly value: object
  readonly headers?: Readonly<Record<string, string>>
}

export interface Producer {
  /** Resolves when the broker has the message; throws UpstreamError when it has not taken it within ten seconds. */
  send(message: KafkaMessage): Promise<void>
}

export interface KafkaPort {
  /** The one producer of this port; connects when first used, and again whenever it has to. */
  producer(): Promise<Producer>
  /**
   * Begins to consume and goes on until closed, whatever the broker does. Resolves at once: a broker may come later. All topics
   * of a group are named in one call.
   */
  consume<S extends readonly TSchema[]>(...each: ConsumeOptionsOfEach<S>): Promise<Consumer>
  /** Whether the broker answered when last asked, some seconds ago at most. */
  isUp(): boolean
  /** Stops consumers first, then the producer. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface KafkaOptions {
  /** `host:port` each. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly log: Log
  readonly metrics: Metrics
  readonly faults?: Faults
}

/**
 * Opens the port and makes sure of all topics of contracts. Does not wait for the broker: a service is up and says "Kafka is
 * down" rather than not up at all.
 */
export async function openKafka(options: KafkaOptions): Promise<KafkaPort> {
  const { brokers, clientId, log, metrics, faults = noFaults } = options
  calmRequestQueue()
  const client = new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => toLog(log),
    // Short tries: whoever calls has a limit of its own and tries again.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
  })
  const opened = new AsyncDisposableStack()
  const followed = opened.use(followTopics({ client, topics, log }))
  const producer = opened.use(makeProducer({ client }))
  return {
    producer: async () => producer,
    consume: async (...each) => {
      const consumer = startConsumer({ client, producer, log, metrics, faults }, each)
      opened.use(consumer)
      return consumer
    },
    isUp: () => followed.isUp(),
    [Symbol.toStringTag]: 'Kafka',
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  } as KafkaPort
}

const repeatAfterMs = 60_000

/**
 * kafkajs tells of every try to connect: six hundred lines for a broker that was away for a minute (seen). One line of a kind
 * and minute is a warning, the others are for debugging; that the broker is away is said by the port itself.
 */
function toLog(log: Log): (entry: kafkajs.LogEntry) => void {
  const saidAt = new Map<string, number>()
  return ({ level, log: { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } }) => {
    if (level === kafkajs.logLevel.NOTHING) return
    const kind = message.split(':', 1)[0] ?? message
    const now = performance.now()
    const isNews = now - (saidAt.get(kind) ?? Number.NEGATIVE_INFINITY) > repeatAfterMs
    if (isNews) saidAt.set(kind, now)
    log.log(isNews && level <= kafkajs.logLevel.WARN ? 'warn' : 'debug', `kafka: ${message}`, fields)
  }
}
