// A consumer that does not end: kafkajs gives up after errors it holds for final, and then the process would live on and read
// nothing. Here it is built anew until somebody closes it.
import type { EachMessagePayload, Kafka, Consumer as KafkajsConsumer } from 'kafkajs'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { openGate } from './fault-gate.ts'
import type { Faults } from './faults.ts'
import type { Producer } from './kafka.ts'
import { makeMessageHandler } from './kafka-messages.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { delay } from './wait.ts'

export interface MessageMeta {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  /** Aborted when the consumer is closed: what the handler waits for may end early, and the message comes again. */
  readonly signal: AbortSignal
}

export interface ConsumeOptions<S extends TSchema> {
  readonly topic: string
  readonly group: string
  /** Shape of the message; another shape goes to the dead letters at once. */
  readonly schema: S
  /** Safe to run twice. A throw means "again later". */
  readonly handle: (event: Static<S>, meta: MessageMeta) => Promise<void>
  /** Tries after the first before a message goes to `<topic>.dead`; 5 by default: about six seconds. */
  readonly retries?: number
  /**
   * Whether the failure lies outside the message, such as a database that is away. Such a message is tried until it works, and
   * not counted among the retries: the next one would fare no better.
   */
  readonly isOutage?: (error: unknown) => boolean
  /** Told of each message that is in the dead letters now; `event` is absent where its shape was wrong. Safe to run twice. */
  readonly onDead?: (dead: { event?: Static<S>; meta: MessageMeta; reason: string }) => Promise<void>
  /**
   * Makes each message one event of a journey of its own, whatever number of tries it takes: good when it is done, bad when it
   * is dead. `since`: from when on its customer waits, where that is before its delivery.
   */
  readonly journey?: { readonly name: string; readonly since?: (event: Static<S>) => Date }
}

export interface Consumer extends AsyncDisposable {
  /** Whether it is a member of its group just now. */
  isRunning(): boolean
}

export interface ConsumerParts {
  readonly client: Kafka
  readonly producer: Producer
  readonly log: Log
  readonly metrics: Metrics
  readonly faults: Faults
}

const longestPauseMs = 5_000

/** One group's options for each of its topics. */
export type ConsumeOptionsOfEach<S extends readonly TSchema[]> = { readonly [N in keyof S]: ConsumeOptions<S[N]> }

/**
 * Starts at once and never throws: what goes wrong is logged and tried again. Closing waits for the message at hand. Several
 * topics of one group are one consumer: kafkajs deals a group's partitions out as if all its members read the same topics.
 */
export function startConsumer<S extends readonly TSchema[]>(
  parts: ConsumerParts,
  each: ConsumeOptionsOfEach<S>,
): Consumer {
  const { log } = parts
  const closing = new AbortController()
  const group = groupOf(each)
  const handlers = new Map(
    each.map(options => {
      const shape = Compile(options.schema)
      const isShape = (value: unknown) => shape.Check(value)
      return [options.topic, makeMessageHandler(parts, { ...options, signal: closing.signal, isShape })] as const
    }),
  )
  const topics = [...handlers.keys()]
  const gate = openGate(parts.faults, topics)
  let running = false

  const consume = async () => {
    let pauseMs = 200
    while (!closing.signal.aborted) {
      await gate.opened(closing.signal)
      if (closing.signal.aborted) break
      const consumer = buildConsumer(parts.client, group)
      try {
        const ended = endOf(consumer, AbortSignal.any([closing.signal, gate.closing()]), isRunning => {
          running = isRunning
          if (isRunning) pauseMs = 200
        })
        await consumer.connect()
        await consumer.subscribe({ topics, fromBeginning: true })
        await consumer.run({
          partitionsConsumedConcurrently: 3,
          eachMessage: async (payload: EachMessagePayload) => handlers.get(payload.topic)?.(payload),
        })
        await ended
      } catch (error) {
        log.warn('the consumer ended; starting another', { topics, group, error })
      } finally {
        running = false
        await consumer.disconnect().catch(() => {})
      }
      await delay(pauseMs, closing.signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
  const consuming = consume()

  return {
    isRunning: () => running,
    [Symbol.toStringTag]: `consumer of ${topics.join(', ')}`,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await consuming
      gate[Symbol.dispose]()
    },
  } as Consumer
}

function groupOf(each: readonly { readonly group: string }[]): string {
  const [group, ...others] = new Set(each.map(options => options.group))
  if (group === undefined || others.length > 0) throw new TypeError('A consumer is of one group.')
  return group
}

function buildConsumer(client: Kafka, groupId: string): KafkajsConsumer {
  return client.consumer({
    groupId,
    // A consumer that died without leaving holds its group up for this long (30 s by default).
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    rebalanceTimeout: 15_000,
    maxWaitTimeInMs: 1_000,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
  })
}

/** Resolves when the signal is aborted; rejects when kafkajs has given the consumer up for good. */
function endOf(consumer: KafkajsConsumer, signal: AbortSignal, onRunning: (isRunning: boolean) => void): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, () => onRunning(true))
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      onRunning(false)
      if (!payload.restart) reject(payload.error)
    })
    consumer.on(consumer.events.STOP, () => onRunning(false))
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  // It may reject while connect or subscribe is still being waited for.
  ended.catch(() => {})
  return ended
}
