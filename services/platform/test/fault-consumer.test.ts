// Faults at consumers: one that leaves its group, slow ones, and messages that cannot be handled.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { Faults } from '@techmart/platform/faults'
import type { KafkaMessage } from '@techmart/platform/kafka'
import { startConsumer } from '@techmart/platform/kafka-consumer'
import { makeMessageHandler } from '@techmart/platform/kafka-messages'
import { buildMetrics } from '@techmart/platform/metrics'
import { eventually, fakeLog } from '@techmart/platform/testing'
import type { EachMessagePayload, Kafka } from 'kafkajs'
import Type from 'typebox'
import Value from 'typebox/value'
import { buildFault, follow } from './fault-lab.ts'

const topic = 'lamps.v1'
const Lamp = Type.Object({ sku: Type.Integer(), country: Type.Optional(Type.String()) })

function buildParts(faults: Faults) {
  const dead: KafkaMessage[] = []
  const producer = { send: async (message: KafkaMessage) => void dead.push(message) }
  return { dead, producer, log: fakeLog(), metrics: buildMetrics(), faults }
}

function buildHandler(faults: Faults) {
  const parts = buildParts(faults)
  const handled: number[] = []
  const handle = makeMessageHandler(parts, {
    topic,
    group: 'test',
    schema: Lamp,
    retries: 1,
    handle: async ({ sku }) => void handled.push(sku),
    signal: new AbortController().signal,
    isShape: (value: unknown) => Value.Check(Lamp, value),
  })
  const deliver = (sku: number, fields: object = {}) =>
    handle({
      topic,
      partition: 0,
      message: { key: null, value: Buffer.from(JSON.stringify({ sku, ...fields })), offset: String(sku), headers: {} },
      heartbeat: async () => {},
      pause: () => () => {},
    } as unknown as EachMessagePayload)
  return { handled, dead: parts.dead, deliver }
}

/** kafkajs as far as a consumer sees it. */
function startGroup(t: TestContext, faults: Faults) {
  const made: { disconnected: boolean }[] = []
  const client = {
    consumer: () => {
      const consumer = Object.assign(new EventEmitter(), {
        events: { GROUP_JOIN: 'join', CRASH: 'crash', STOP: 'stop' },
        disconnected: false,
        connect: async () => {},
        subscribe: async () => {},
        run: async () => void setImmediate(() => consumer.emit('join', {})),
        disconnect: async () => {
          consumer.disconnected = true
        },
      })
      made.push(consumer)
      return consumer
    },
  } as unknown as Kafka
  const parts = buildParts(faults)
  const consumer = startConsumer({ ...parts, client }, [{ topic, group: 'test', schema: Lamp, handle: async () => {} }])
  t.after(() => consumer[Symbol.asyncDispose]())
  return { made, consumer }
}

test('a stopped consumer leaves its group, stays away, and comes back when the fault is over', async t => {
  const { lab, faults } = await follow(t, [])
  const { made, consumer } = startGroup(t, faults)
  await eventually(() => assert.ok(consumer.isRunning()), { withinMs: 5_000 })

  lab.faults = [buildFault({ point: 'consumer', kind: 'stop', target: topic })]
  await eventually(() => assert.equal(made[0]?.disconnected, true), { withinMs: 5_000 })
  const reads = lab.reads
  await eventually(() => assert.ok(lab.reads > reads + 30), { withinMs: 10_000 })
  assert.deepEqual([consumer.isRunning(), made.length], [false, 1])

  lab.faults = []
  await eventually(() => assert.ok(consumer.isRunning()), { withinMs: 5_000 })
  assert.equal(made.length, 2)
})

test('a consumer that is stopped from the start can be closed', { timeout: 5_000 }, async t => {
  const { faults } = await follow(t, [buildFault({ point: 'consumer', kind: 'stop' })])
  const { made, consumer } = startGroup(t, faults)

  await consumer[Symbol.asyncDispose]()

  assert.equal(made.length, 0)
})

test('a consumer of another topic is not stopped', async t => {
  const { faults } = await follow(t, [buildFault({ point: 'consumer', kind: 'stop', target: 'chairs.v1' })])
  const { consumer } = startGroup(t, faults)

  await eventually(() => assert.ok(consumer.isRunning()), { withinMs: 5_000 })
})

test('a poisoned message goes to the dead letters whole, and the next one is handled', async t => {
  const { faults } = await follow(t, [buildFault({ point: 'consumer', kind: 'poison', country: 'DE' })])
  const { handled, dead, deliver } = buildHandler(faults)

  await deliver(11, { country: 'DE' })
  await deliver(12, { country: 'FR' })

  assert.deepEqual(handled, [12])
  assert.deepEqual(
    dead.map(({ topic: to, value }) => [to, value]),
    [['lamps.v1.dead', { raw: '{"sku":11,"country":"DE"}' }]],
  )
  assert.match(dead[0]?.headers?.reason ?? '', /gave up after 2 tries: PoisonError/)
})

test('a slow consumer takes its time for each message, and loses none', async t => {
  const { faults } = await follow(t, [buildFault({ point: 'consumer', kind: 'latency', latencyMs: 80 })])
  const { handled, deliver } = buildHandler(faults)
  const startedAt = performance.now()

  await deliver(11)
  await deliver(12)

  assert.ok(performance.now() - startedAt >= 158)
  assert.deepEqual(handled, [11, 12])
})

test('a message that hangs is handled as soon as its fault is stopped', { timeout: 10_000 }, async t => {
  const { lab, faults } = await follow(t, [buildFault({ point: 'consumer', kind: 'hang' })])
  const { handled, dead, deliver } = buildHandler(faults)
  const delivered = deliver(11)

  lab.faults = []
  await delivered

  assert.deepEqual([handled, dead], [[11], []])
})
