// What happens to one message: checked, handled, tried again, and at the end either done or in the dead letters with the reason.
// Nothing is dropped: when the dead letters cannot be written either, the message is not committed and comes again.
import { context, propagation, trace } from '@opentelemetry/api'
import type { EachMessagePayload, IHeaders } from 'kafkajs'
import type { TSchema } from 'typebox'
import { findCountry } from './fault-scope.ts'
import { beginJourney, consumerContext, endJourney, forgetRepeat, recordFault } from './journey.ts'
import type { ConsumeOptions, ConsumerParts, MessageMeta } from './kafka-consumer.ts'
import { withoutSecrets } from './redaction.ts'
import { delay } from './wait.ts'

const firstPauseMs = 200
const longestPauseMs = 5_000
const heartbeatEveryMs = 1_000

type HandlerOptions<S extends TSchema> = ConsumeOptions<S> & {
  readonly signal: AbortSignal
  readonly isShape: (value: unknown) => boolean
}

/** Makes the function that kafkajs calls for each message; it throws only when the message must come again. */
export function makeMessageHandler<S extends TSchema>(
  parts: Pick<ConsumerParts, 'producer' | 'log' | 'metrics' | 'faults'>,
  options: HandlerOptions<S>,
): (payload: EachMessagePayload) => Promise<void> {
  const { producer, log, faults } = parts
  const { topic, signal, retries = 5 } = options
  const total = parts.metrics.counter('kafka_messages_total', 'Messages by what became of them.', ['topic', 'outcome'])
  // A series that starts with its first dead letter has no increase for that one: all of them are there from the start.
  for (const outcome of ['processed', 'retried', 'dead']) total.inc({ topic, outcome }, 0)

  const toDeadLetters = async (payload: EachMessagePayload, meta: MessageMeta, reason: string) => {
    const carrier: Record<string, string> = {}
    propagation.inject(context.active(), carrier)
    const text = payload.message.value?.toString() ?? ''
    await producer.send({
      topic: `${topic}.dead`,
      key: meta.key,
      value: { raw: text },
      headers: {
        ...carrier,
        reason: withoutSecrets(reason).slice(0, 500),
        'source-topic': topic,
        'source-partition': String(meta.partition),
        'source-offset': meta.offset,
      },
    })
    total.inc({ topic, outcome: 'dead' })
    log.error('message moved to the dead letters', {
      topic,
      partition: meta.partition,
      offset: meta.offset,
      key: meta.key,
      reason,
    })
  }

  /** The event is absent where the message is no event at all. Says what the message ended with, if it ended badly. */
  const bringToAnEnd = async (payload: EachMessagePayload, event: unknown): Promise<{ fault?: unknown }> => {
    const meta = toMeta(payload, signal)
    if (event === undefined) {
      const reason = `the message has not the shape of ${topic}`
      await toDeadLetters(payload, meta, reason)
      await options.onDead?.({ meta, reason })
      return { fault: new Error(reason) }
    }
    let failures = 0
    for (let attempt = 0; ; attempt++) {
      try {
        if (faults.areActive()) {
          const messageId = `${topic}/${meta.partition}/${meta.offset}`
          await faults.strike('consumer', { target: topic, signal, messageId, country: findCountry(event) })
        }
        await options.handle(event as never, meta)
        // An earlier try may have done it, and lost the reply that said so.
        if (attempt > 0) forgetRepeat()
        total.inc({ topic, outcome: 'processed' })
        return {}
      } catch (error) {
        // Not committed: the next consumer of the group takes it up again.
        if (signal.aborted) throw error
        if (!options.isOutage?.(error)) failures++
        if (failures > retries) {
          const reason = `gave up after ${attempt + 1} tries: ${String(error)}`
          await toDeadLetters(payload, meta, reason)
          await options.onDead?.({ event: event as never, meta, reason })
          return { fault: error }
        }
        total.inc({ topic, outcome: 'retried' })
        log.warn('handling a message failed; trying again', {
          topic,
          offset: meta.offset,
          key: meta.key,
          attempt,
          error,
        })
        await delay(Math.min(firstPauseMs * 2 ** attempt, longestPauseMs), signal)
      }
    }
  }

  const countAsEvent = async (event: unknown, work: () => Promise<{ fault?: unknown }>) => {
    if (options.journey === undefined) return work()
    const startTime = event === undefined ? undefined : options.journey.since?.(event as never)
    const journey = beginJourney(options.journey.name, context.active(), startTime ? { startTime } : {})
    try {
      const end = await context.with(journey.context, work)
      endJourney(journey, 'fault' in end ? { ended: 'failed', error: end.fault } : { ended: 'ok' })
      return end
    } catch (error) {
      // It comes again, and is counted by how it ends then.
      endJourney(journey, { ended: 'failed', error }, { late: true })
      throw error
    }
  }

  const handleInContext = async (payload: EachMessagePayload) => {
    const parsed = parse(payload.message.value)
    const event = options.isShape(parsed) ? parsed : undefined
    const end = await countAsEvent(event, () => bringToAnEnd(payload, event))
    if ('fault' in end) markFailed(end.fault)
  }

  return payload => {
    const active = context.active()
    const span = trace.getSpan(active)
    return context.with(span ? consumerContext(span, active) : active, () =>
      keepAlive(payload, () => handleInContext(payload)),
    )
  }
}

/**
 * Signs of life while `work` goes on, else the group takes a slow or patient consumer for a dead one, gives its partitions away,
 * and the message is handled twice.
 */
async function keepAlive(payload: EachMessagePayload, work: () => Promise<void>): Promise<void> {
  const beating = setInterval(() => payload.heartbeat().catch(() => {}), heartbeatEveryMs)
  try {
    await work()
  } finally {
    clearInterval(beating)
  }
}

function toMeta({ topic, partition, message }: EachMessagePayload, signal: AbortSignal): MessageMeta {
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? '',
    headers: toText(message.headers ?? {}),
    signal,
  }
}

function toText(headers: IHeaders): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(Array.isArray(value) ? value[0] : value)] as const],
  )
  return Object.fromEntries(entries)
}

function parse(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString() ?? '')
  } catch {
    return undefined
  }
}

function markFailed(error: unknown): void {
  const span = trace.getSpan(context.active())
  if (span) recordFault(span, error)
}
