import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { context, propagation, trace } from '@opentelemetry/api'
import { findJourneyName, withJourney } from '@techmart/platform/journey'
import type { KafkaMessage, Producer } from '@techmart/platform/kafka'
import { buildMetrics } from '@techmart/platform/metrics'
import { addToOutbox, type OutboxRelayOptions, startOutboxRelay } from '@techmart/platform/outbox'
import { openPostgres, type Postgres } from '@techmart/platform/postgres'
import { UpstreamError } from '@techmart/platform/refusals'
import { collectSpans, eventually, fakeLog, readMetric } from '@techmart/platform/testing'
import { databaseUrl, dropDatabase } from './servers.ts'

const topic = 'orders.placed.v1'

async function startPostgres(t: TestContext): Promise<Postgres> {
  const url = databaseUrl('outbox')
  const migrations = new URL('../fixtures/migrations/', import.meta.url)
  const db = await openPostgres({ url, migrations, log: fakeLog(), maxConnections: 6 })
  t.after(async () => {
    await db[Symbol.asyncDispose]()
    await dropDatabase(url)
  })
  return db
}

interface Sent extends KafkaMessage {
  readonly journey: string | undefined
  readonly parentSpanId: string | undefined
}

/** A producer that keeps what it was given, and the context it was given in. */
function buildProducer(fail: () => boolean = () => false): Producer & { readonly sent: Sent[] } {
  const sent: Sent[] = []
  return {
    sent,
    send: async message => {
      if (fail()) throw new UpstreamError('kafka did not take it', { kind: 'timeout', dependency: 'kafka' })
      const parentSpanId = trace.getSpanContext(context.active())?.spanId
      sent.push({ ...message, journey: findJourneyName(), parentSpanId })
    },
  }
}

function startRelay(
  t: TestContext,
  options: Pick<OutboxRelayOptions, 'postgres' | 'producer'> & Partial<OutboxRelayOptions>,
) {
  const metrics = buildMetrics()
  const log = fakeLog()
  const relay = startOutboxRelay({ log, metrics, pollMs: 20, ...options })
  t.after(() => relay[Symbol.asyncDispose]())
  return { metrics, log, relay }
}

const add = (postgres: Postgres, key: string) =>
  postgres.transaction(tx => addToOutbox(tx, { topic, key, value: { orderId: key } }))

test('each message leaves once, inside the context of the change it tells of', { timeout: 20_000 }, async t => {
  const collected = collectSpans(t)
  const postgres = await startPostgres(t)
  const producer = buildProducer()
  for (const name of ['checkout', 'order-lookup']) await withJourney(name, () => add(postgres, name))

  startRelay(t, { postgres, producer })

  await eventually(() => assert.equal(producer.sent.length, 2), { withinMs: 5_000 })
  for (const { key, value, journey, parentSpanId } of producer.sent) {
    assert.deepEqual(value, { orderId: key })
    assert.equal(journey, key)
    assert.equal(parentSpanId, collected.get(`cuj.${key}`).spanContext().spanId)
  }
  assert.equal(propagation.getBaggage(context.active()), undefined)
})

test('a change that is undone sends nothing', { timeout: 20_000 }, async t => {
  const postgres = await startPostgres(t)
  const producer = buildProducer()
  startRelay(t, { postgres, producer })

  await assert.rejects(
    postgres.transaction(async tx => {
      await addToOutbox(tx, { topic, key: 'undone', value: {} })
      throw new Error('changed my mind')
    }),
  )
  await add(postgres, 'done')

  await eventually(() => assert.equal(producer.sent.length, 1), { withinMs: 5_000 })
  assert.equal(producer.sent[0]?.key, 'done')
})

test('a broker that is away keeps the messages, shows their number and age, and gets them later', {
  timeout: 20_000,
}, async t => {
  const postgres = await startPostgres(t)
  let away = true
  const producer = buildProducer(() => away)
  const { metrics, log } = startRelay(t, { postgres, producer })
  for (const key of ['11', '12', '13']) await add(postgres, key)
  await eventually(async () => assert.deepEqual(await readMetric(metrics, 'outbox_unsent'), { '': 3 }), {
    withinMs: 5_000,
  })

  away = false

  await eventually(() => assert.deepEqual(producer.sent.map(message => message.key).toSorted(), ['11', '12', '13']), {
    withinMs: 10_000,
  })
  await eventually(async () => assert.deepEqual(await readMetric(metrics, 'outbox_unsent'), { '': 0 }), {
    withinMs: 5_000,
  })
  assert.equal(log.lines.filter(line => line.message.includes('outbox waits')).length, 1)
})

test('one message that fails does not keep the others back', { timeout: 20_000 }, async t => {
  const postgres = await startPostgres(t)
  let failures = 0
  const producer = buildProducer()
  const picky: Producer = {
    send: async message => {
      if (message.key === 'heavy' && failures++ < 2) throw new Error('too heavy')
      await producer.send(message)
    },
  }
  for (const key of ['heavy', 'light']) await add(postgres, key)

  startRelay(t, { postgres, producer: picky })

  await eventually(
    () =>
      assert.deepEqual(
        producer.sent.map(message => message.key),
        ['light', 'heavy'],
      ),
    { withinMs: 10_000 },
  )
})

test('several relays share the work and send nothing twice', { timeout: 30_000 }, async t => {
  const postgres = await startPostgres(t)
  const producer = buildProducer()
  const keys = Array.from({ length: 150 }, () => randomUUID())
  await Promise.all(keys.map(key => add(postgres, key)))

  for (let relay = 0; relay < 3; relay++) startRelay(t, { postgres, producer })

  await eventually(() => assert.equal(producer.sent.length, 150), { withinMs: 10_000 })
  assert.deepEqual(producer.sent.map(message => message.key).toSorted(), keys.toSorted())
})

test('closing ends the batch at hand: what was sent is marked as sent', { timeout: 20_000 }, async t => {
  const postgres = await startPostgres(t)
  let sending = false
  const slow: Producer = {
    send: async () => {
      sending = true
      await new Promise(resolve => setTimeout(resolve, 200))
    },
  }
  await add(postgres, '11')
  const { relay } = startRelay(t, { postgres, producer: slow })
  await eventually(() => assert.ok(sending), { withinMs: 5_000 })

  await relay[Symbol.asyncDispose]()

  const [row] = await postgres.run<{ unsent: number }>(
    'count unsent',
    sql => sql`select count(*)::int as unsent from outbox where published_at is null`,
  )
  assert.equal(row?.unsent, 0)
})

test('heavy messages leave in small batches, none left behind and the first one however heavy', {
  timeout: 30_000,
}, async t => {
  const postgres = await startPostgres(t)
  let atOnce = 0
  let most = 0
  const sent: string[] = []
  const producer: Producer = {
    send: async message => {
      atOnce++
      most = Math.max(most, atOnce)
      await new Promise(resolve => setImmediate(resolve))
      sent.push(message.key)
      atOnce--
    },
  }
  // Text that does not compress: 100 kB each and one of a megabyte.
  const noise = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes / 2))).toString('hex')
  const big = (bytes: number) => Array.from({ length: bytes / 50_000 }, () => noise(50_000)).join('')
  const keys = Array.from({ length: 20 }, (_, n) => `heavy-${n}`)
  for (const key of keys) {
    const value = { text: big(key === 'heavy-0' ? 1_000_000 : 100_000) }
    await postgres.transaction(tx => addToOutbox(tx, { topic, key, value }))
  }

  startRelay(t, { postgres, producer })

  await eventually(() => assert.deepEqual(sent.toSorted(), keys.toSorted()), { withinMs: 20_000 })
  assert.ok(most < 12, `${most} at once`)
})
