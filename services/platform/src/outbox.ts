// The outbox: a message is written in the transaction of the change it tells of, and a relay publishes it afterwards, at least
// once. Each row is sent inside its own restored context; one send of many messages would give them all one parent.
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Producer } from './kafka.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Db, Postgres } from './postgres.ts'
import { delay } from './wait.ts'

export interface OutboxMessage {
  readonly topic: string
  /** An id; it becomes the Kafka key and shows in spans: never an e-mail address. */
  readonly key: string
  readonly value: object
}

interface OutboxRow {
  id: string
  topic: string
  key: string
  value: object
  traceparent: string | null
  tracestate: string | null
  baggage: string | null
}

/** Adds a message in the caller's transaction, with the context that is active now. */
export async function addToOutbox(tx: Db, message: OutboxMessage): Promise<void> {
  const carrier: Record<string, string> = {}
  propagation.inject(context.active(), carrier)
  const { traceparent = null, tracestate = null, baggage = null } = carrier
  await tx.run(
    'add to outbox',
    sql => sql`
      insert into outbox (topic, key, value, traceparent, tracestate, baggage)
      values (${message.topic}, ${message.key}, ${sql.json(message.value as never)}, ${traceparent}, ${tracestate}, ${baggage})`,
  )
}

export interface OutboxRelayOptions {
  readonly postgres: Postgres
  readonly producer: Producer
  readonly log: Log
  readonly metrics: Metrics
  /** Pause after an empty look; 100 by default. */
  readonly pollMs?: number
  /** Published rows are kept this long; an hour by default. */
  readonly keepPublishedSeconds?: number
}

const batchSize = 100
/**
 * As stored, which for JSON is a quarter and less: some megabytes at once in the heap, however much has piled up behind a broker
 * that was away.
 */
const batchBytes = 524_288
const longestPauseMs = 5_000
const figuresEveryMs = 2_000
const cleaningEveryMs = 60_000

/**
 * Publishes what is in the outbox until it is closed. Several relays may run at once. Goes on for ever while broker or
 * database are away. Closing waits for the batch at hand.
 */
export function startOutboxRelay(options: OutboxRelayOptions): AsyncDisposable {
  const { log, pollMs = 100 } = options
  const closing = new AbortController()

  const relay = async () => {
    let pauseMs = pollMs
    while (!closing.signal.aborted) {
      try {
        const sent = await publishBatch(options)
        pauseMs = sent.more ? 0 : pollMs
      } catch (error) {
        if (pauseMs <= pollMs) log.warn('the outbox waits; its messages are kept', { error })
        pauseMs = Math.min(Math.max(pauseMs, 100) * 2, longestPauseMs)
      }
      await delay(pauseMs, closing.signal)
    }
  }
  // Beside the relay, whose batch may wait ten seconds for a broker: that is when the figures matter.
  const keepFigures = async () => {
    const refresh = makeFigures(options)
    while (!closing.signal.aborted) {
      // A database that is away is told of by the relay.
      await refresh().catch(() => {})
      await delay(figuresEveryMs, closing.signal)
    }
  }
  // Looking into the outbox ten times a second is nobody's request: no spans for it.
  const running = context.with(suppressTracing(ROOT_CONTEXT), () => Promise.all([relay(), keepFigures()]))

  return {
    [Symbol.toStringTag]: 'outbox relay',
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await running
    },
  } as AsyncDisposable
}

/**
 * Publishes up to a batch and marks what the broker has taken; says whether there may be more. Throws the first failure, after
 * the others are marked.
 */
async function publishBatch({ postgres, producer }: OutboxRelayOptions): Promise<{ more: boolean }> {
  const failures: unknown[] = []
  const found = await postgres.transaction(async tx => {
    const rows = await tx.run<OutboxRow & { found: number }>(
      'take from outbox',
      // The first row is always taken, however large.
      sql => sql`
        with due as (
          select id, pg_column_size(value) as bytes from outbox
          where published_at is null order by id limit ${batchSize} for update skip locked),
        measured as (
          select id, sum(bytes) over (order by id) - bytes as bytes_before, (count(*) over ())::int as found from due)
        select id, topic, key, value, traceparent, tracestate, baggage, found from outbox join measured using (id)
        where bytes_before < ${batchBytes} order by id`,
    )
    if (rows.length === 0) return { more: false }
    const results = await Promise.allSettled(
      rows.map(row =>
        context.with(contextOf(row), () => producer.send({ topic: row.topic, key: row.key, value: row.value })),
      ),
    )
    const sent = rows.filter((_row, at) => results[at]?.status === 'fulfilled').map(row => row.id)
    failures.push(...results.flatMap(result => (result.status === 'rejected' ? [result.reason] : [])))
    if (sent.length > 0) {
      await tx.run('mark as sent', sql => sql`update outbox set published_at = now() where id = any(${sent}::bigint[])`)
    }
    return { more: rows.length < (rows[0]?.found ?? 0) || rows.length === batchSize }
  })
  if (failures.length > 0) throw failures[0]
  return found
}

function contextOf(row: OutboxRow) {
  const carrier: Record<string, string> = {}
  for (const name of ['traceparent', 'tracestate', 'baggage'] as const) {
    const value = row[name]
    if (value !== null) carrier[name] = value
  }
  return propagation.extract(ROOT_CONTEXT, carrier)
}

/** Makes the function that sets outbox_unsent and outbox_oldest_seconds, and now and then removes published rows. */
function makeFigures({ postgres, metrics, keepPublishedSeconds = 3_600 }: OutboxRelayOptions): () => Promise<void> {
  const unsent = metrics.gauge('outbox_unsent', 'Messages that wait in the outbox.')
  const oldest = metrics.gauge('outbox_oldest_seconds', 'Age of the oldest message that waits in the outbox.')
  let cleanedAt = Number.NEGATIVE_INFINITY
  return async () => {
    const [row] = await postgres.run<{ count: number; age: number }>(
      'measure outbox',
      sql => sql`
        select count(*)::int as count, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age
        from outbox where published_at is null`,
    )
    unsent.set(row?.count ?? 0)
    oldest.set(row?.age ?? 0)
    if (performance.now() - cleanedAt < cleaningEveryMs) return
    cleanedAt = performance.now()
    await postgres.run(
      'clean outbox',
      sql => sql`
        delete from outbox where id in (
          select id from outbox where published_at < now() - make_interval(secs => ${keepPublishedSeconds})
          order by published_at limit 5000 for update skip locked)`,
    )
  }
}
