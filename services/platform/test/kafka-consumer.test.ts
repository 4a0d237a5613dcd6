// What happens to a message and to a consumer, with a hand-made kafkajs: errors that a real broker seldom makes.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { type TestContext, test } from 'node:test'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { noFaults } from '@techmart/platform/faults'
import type { KafkaMessage } from '@techmart/platform/kafka'
import { type ConsumeOptions, startConsumer } from '@techmart/platform/kafka-consumer'
import { makeMessageHandler } from '@techmart/platform/kafka-messages'
import { buildMetrics } from '@techmart/platform/metrics'
import { collectSpans, eventually, fakeLog, readMetric } from '@techmart/platform/testing'
import type { EachMessagePayload, Kafka } from 'kafkajs'
import Type from 'typebox'
import Value from 'typebox/value'

const Lamp = Type.Object({ sku: Type.Integer() })
const topic = 'lamps.v1'

function buildParts(fail = () => false) {
  const sent: KafkaMessage[] = []
  const producer = {
    send: async (message: KafkaMessage) => {
      if (fail()) throw new Error('kafka did not take it')
      sent.push(message)
    },
  }
  return { sent, producer, log: fakeLog(), metrics: buildMetrics(), faults: noFaults }
}

const buildPayload = (value: string): EachMessagePayload & { heartbeats: number } => ({
  topic,
  partition: 1,
  message: {
    key: Buffer.from('key-11'),
    value: Buffer.from(value),
    offset: '30',
    attributes: 0,
    timestamp: '0',
    headers: {},
  },
  heartbeats: 0,
  async heartbeat() {
    this.heartbeats++
  },
  pause: () => () => {},
})

const optionsFor = (handle: ConsumeOptions<typeof Lamp>['handle'], signal = new AbortController().signal) => ({
  topic,
  group: 'test',
  schema: Lamp,
  retries: 1,
  handle,
  signal,
  isShape: (value: unknown) => Value.Check(Lamp, value),
})

test('text that is not JSON is dead at once, with its text and where it came from', async () => {
  const parts = buildParts()
  const handle = makeMessageHandler(
    parts,
    optionsFor(() => assert.fail('not to be handled')),
  )

  await handle(buildPayload('{"sku'))

  assert.deepEqual(parts.sent[0]?.value, { raw: '{"sku' })
  assert.equal(parts.sent[0]?.topic, 'lamps.v1.dead')
  assert.deepEqual(
    { ...parts.sent[0]?.headers },
    {
      reason: 'the message has not the shape of lamps.v1',
      'source-topic': topic,
      'source-partition': '1',
      'source-offset': '30',
    },
  )
})

test('a message that was given up makes its CONSUMER span ERROR, and its letter carries the trace', async t => {
  const collected = collectSpans(t)
  const parts = buildParts()
  const handle = makeMessageHandler(
    parts,
    optionsFor(() => Promise.reject(new Error('never'))),
  )
  const span = trace.getTracer('test').startSpan('process lamps.v1')

  await context.with(trace.setSpan(context.active(), span), () => handle(buildPayload('{"sku":11}')))
  span.end()

  assert.equal(collected.get('process lamps.v1').status.code, SpanStatusCode.ERROR)
  assert.match(parts.sent[0]?.headers?.traceparent ?? '', new RegExp(span.spanContext().traceId))
  assert.deepEqual(await readMetric(parts.metrics, 'kafka_messages_total'), {
    'outcome=processed,topic=lamps.v1': 0,
    'outcome=retried,topic=lamps.v1': 1,
    'outcome=dead,topic=lamps.v1': 1,
  })
})

test('a slow handler goes on giving signs of life, until it is done', async () => {
  const payload = buildPayload('{"sku":11}')
  const handle = makeMessageHandler(
    buildParts(),
    optionsFor(() => eventually(() => assert.ok(payload.heartbeats > 0), { withinMs: 15_000 })),
  )

  await handle(payload)

  assert.ok(payload.heartbeats > 0)
})

test('a message whose letter cannot be written is not committed', async () => {
  const handle = makeMessageHandler(
    buildParts(() => true),
    optionsFor(() => Promise.reject(new Error('never'))),
  )

  await assert.rejects(handle(buildPayload('{"sku":11}')), /kafka did not take it/)
})

test('a handler that fails while the consumer is being closed is not tried again and not committed', async () => {
  const closing = new AbortController()
  const parts = buildParts()
  let tries = 0
  const handle = makeMessageHandler(
    parts,
    optionsFor(async () => {
      tries++
      closing.abort()
      throw new Error('interrupted')
    }, closing.signal),
  )

  await assert.rejects(handle(buildPayload('{"sku":11}')), /interrupted/)

  assert.equal(tries, 1)
  assert.deepEqual(parts.sent, [])
})

/** kafkajs as far as a consumer sees it; the test makes its consumers crash. */
function buildKafkajs(t: TestContext, { failConnects = 0 } = {}) {
  const consumers: (EventEmitter & { disconnected: boolean })[] = []
  let left = failConnects
  const client = {
    consumer: () => {
      const consumer = Object.assign(new EventEmitter(), {
        events: { GROUP_JOIN: 'join', CRASH: 'crash', STOP: 'stop' },
        disconnected: false,
        connect: async () => {
          if (left-- > 0) throw new Error('no broker')
        },
        subscribe: async () => {},
        run: async () => {
          setImmediate(() => consumer.emit('join', {}))
        },
        disconnect: async () => {
          consumer.disconnected = true
        },
      })
      consumers.push(consumer)
      return consumer
    },
  } as unknown as Kafka
  const parts = buildParts()
  const consumer = startConsumer({ ...parts, client }, [{ topic, group: 'test', schema: Lamp, handle: async () => {} }])
  t.after(() => consumer[Symbol.asyncDispose]())
  return { consumers, consumer, log: parts.log }
}

test('a consumer that kafkajs has given up for good is replaced, and the old one let go', async t => {
  const { consumers, consumer, log } = buildKafkajs(t)
  await eventually(() => assert.ok(consumer.isRunning()), { withinMs: 10_000 })

  consumers[0]?.emit('crash', { payload: { restart: false, error: new Error('not retriable') } })
  assert.equal(consumer.isRunning(), false)

  await eventually(() => assert.ok(consumer.isRunning()), { withinMs: 15_000 })
  assert.equal(consumers.length, 2)
  assert.equal(consumers[0]?.disconnected, true)
  assert.match(log.lines[0]?.message ?? '', /starting another/)
})

test('topics of two groups are no business of one consumer', () => {
  const handle = async () => {}
  const client = {} as unknown as Kafka

  assert.throws(
    () =>
      startConsumer({ ...buildParts(), client }, [
        { topic, group: 'test', schema: Lamp, handle },
        { topic: 'lamps.v2', group: 'test-too', schema: Lamp, handle },
      ]),
    /one group/,
  )
})

test('a crash after which kafkajs starts again by itself is left to it', async t => {
  const { consumers, consumer } = buildKafkajs(t)
  await eventually(() => assert.ok(consumer.isRunning()), { withinMs: 10_000 })

  consumers[0]?.emit('crash', { payload: { restart: true, error: new Error('retriable') } })
  consumers[0]?.emit('join', {})

  assert.equal(consumer.isRunning(), true)
  assert.equal(consumers.length, 1)
})

test('a broker that is not there at first is tried until it is', async t => {
  const { consumers, consumer } = buildKafkajs(t, { failConnects: 2 })

  await eventually(() => assert.ok(consumer.isRunning()), { withinMs: 15_000 })

  assert.equal(consumers.length, 3)
})

test('a consumer can be closed while there is no broker', { timeout: 5_000 }, async t => {
  const { consumer } = buildKafkajs(t, { failConnects: 1_000 })

  await consumer[Symbol.asyncDispose]()

  assert.equal(consumer.isRunning(), false)
})

/** Delivers one message the way kafkajs does, inside its CONSUMER span. */
async function deliver(handle: (payload: EachMessagePayload) => Promise<void>, value: string): Promise<void> {
  const span = trace.getTracer('test').startSpan('process lamps.v1')
  try {
    await context.with(trace.setSpan(context.active(), span), () => handle(buildPayload(value)))
  } finally {
    span.end()
  }
}

test('a message with a journey is one event since its customer waits, whatever number of tries it takes', async t => {
  const collected = collectSpans(t)
  let tries = 0
  const handle = makeMessageHandler(buildParts(), {
    ...optionsFor(async () => {
      tries++
      if (tries < 2) throw new Error('not yet')
    }),
    journey: { name: 'lamp-job', since: () => new Date(Date.now() - 20_000) },
  })

  await deliver(handle, '{"sku":11}')

  const event = collected.get('cuj.lamp-job')
  assert.equal(event.status.code, SpanStatusCode.OK)
  assert.ok(event.duration[0] >= 20)
  assert.equal(collected.get('process lamps.v1').attributes['cuj.name'], 'lamp-job')
  assert.notEqual(collected.get('process lamps.v1').status.code, SpanStatusCode.ERROR)
})

test('a message that is dead is one bad event, and whoever waits is told', async t => {
  const collected = collectSpans(t)
  const parts = buildParts()
  const told: unknown[] = []
  const handle = makeMessageHandler(parts, {
    ...optionsFor(() => Promise.reject(new Error('never'))),
    journey: { name: 'lamp-job' },
    onDead: async ({ event, meta, reason }) => void told.push([event, meta.key, reason]),
  })

  await deliver(handle, '{"sku":11}')
  await deliver(handle, '{"sku')

  const events = collected.spans.filter(span => span.name === 'cuj.lamp-job')
  assert.deepEqual(
    events.map(span => span.status.code),
    [SpanStatusCode.ERROR, SpanStatusCode.ERROR],
  )
  assert.deepEqual(told, [
    [{ sku: 11 }, 'key-11', 'gave up after 2 tries: Error: never'],
    [undefined, 'key-11', 'the message has not the shape of lamps.v1'],
  ])
  assert.equal(parts.sent.length, 2)
})

test('an outage is waited out: it is no try of the message, and no dead letter', async t => {
  const collected = collectSpans(t)
  const parts = buildParts()
  let tries = 0
  const handle = makeMessageHandler(parts, {
    ...optionsFor(async () => {
      tries++
      if (tries < 4) throw new Error('the database is away')
    }),
    isOutage: error => String(error).includes('away'),
    journey: { name: 'lamp-job' },
  })

  await deliver(handle, '{"sku":11}')

  assert.equal(tries, 4)
  assert.deepEqual(parts.sent, [])
  assert.equal(collected.get('cuj.lamp-job').status.code, SpanStatusCode.OK)
})

test('a message that is left to the next consumer is not counted by this one', async t => {
  const collected = collectSpans(t)
  const closing = new AbortController()
  const handle = makeMessageHandler(buildParts(), {
    ...optionsFor(async () => {
      closing.abort()
      throw new Error('interrupted')
    }, closing.signal),
    journey: { name: 'lamp-job' },
  })

  await assert.rejects(deliver(handle, '{"sku":11}'), /interrupted/)

  assert.deepEqual(
    collected.spans.map(span => span.name).filter(name => name.endsWith('lamp-job')),
    ['late.lamp-job'],
  )
})
