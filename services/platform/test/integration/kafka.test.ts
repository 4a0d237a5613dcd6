import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { ConsumeOptions } from '@techmart/platform/kafka'
import { openKafka } from '@techmart/platform/kafka'
import { createTopics } from '@techmart/platform/kafka-topics'
import { buildMetrics } from '@techmart/platform/metrics'
import { eventually, fakeLog, readMetric } from '@techmart/platform/testing'
import kafkajs from 'kafkajs'
import Type from 'typebox'
import { kafkaBrokers } from './servers.ts'

const Placed = Type.Object({ orderId: Type.String(), cents: Type.Integer() }, { additionalProperties: false })
type Placed = { orderId: string; cents: number }

/** A topic of this test and its dead letters; deleted afterwards. */
async function createTopic(t: TestContext): Promise<string> {
  const topic = `test-${randomUUID()}`
  const admin = new kafkajs.Kafka({ brokers: kafkaBrokers(), logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  await createTopics(admin, [{ topic, numPartitions: 2 }, { topic: `${topic}.dead` }])
  t.after(async () => {
    await admin.deleteTopics({ topics: [topic, `${topic}.dead`] })
    await admin.disconnect()
  })
  return topic
}

async function startKafka(t: TestContext, brokers = kafkaBrokers()) {
  const log = fakeLog()
  const metrics = buildMetrics()
  const kafka = await openKafka({ brokers, clientId: 'platform-test', log, metrics })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= kafka[Symbol.asyncDispose]()
    return closed
  }
  t.after(close)
  return { kafka, log, metrics, close, producer: await kafka.producer() }
}

const optionsFor = (
  topic: string,
  handle: ConsumeOptions<typeof Placed>['handle'],
  retries = 2,
): ConsumeOptions<typeof Placed> => ({ topic, group: topic, schema: Placed, handle, retries })

const order = (cents: number): Placed => ({ orderId: randomUUID(), cents })

/** Everything in the dead letters, with the headers as text. */
async function readDead(t: TestContext, topic: string) {
  const dead: { value: { raw: string }; headers: Record<string, string>; key: string }[] = []
  const { kafka } = await startKafka(t)
  await kafka.consume({
    topic: `${topic}.dead`,
    group: `${topic}-dead`,
    schema: Type.Object({ raw: Type.String() }),
    handle: async (value, { headers, key }) => {
      dead.push({ value, headers: { ...headers }, key })
    },
  })
  return dead
}

test('what is sent is consumed, once each, with its key', { timeout: 30_000 }, async t => {
  const topic = await createTopic(t)
  const { kafka, producer, metrics } = await startKafka(t)
  const received: string[] = []
  await kafka.consume(
    optionsFor(topic, async (event, meta) => {
      received.push(`${meta.key} ${event.cents}`)
    }),
  )
  const orders = Array.from({ length: 50 }, (_, at) => order(at))

  await Promise.all(orders.map(value => producer.send({ topic, key: value.orderId, value })))

  await eventually(() => assert.equal(received.length, 50), { withinMs: 15_000 })
  assert.deepEqual(received.toSorted(), orders.map(({ orderId, cents }) => `${orderId} ${cents}`).toSorted())
  assert.deepEqual(await readMetric(metrics, 'kafka_messages_total'), {
    [`outcome=processed,topic=${topic}`]: 50,
    [`outcome=retried,topic=${topic}`]: 0,
    [`outcome=dead,topic=${topic}`]: 0,
  })
  assert.equal(kafka.isUp(), true)
})

test('one group reads two topics, each by its own handler, from two replicas', { timeout: 40_000 }, async t => {
  const [orders, lamps] = await Promise.all([createTopic(t), createTopic(t)])
  const Lamp = Type.Object({ sku: Type.Integer() })
  const received: string[] = []
  const startReplica = async () => {
    const { kafka } = await startKafka(t)
    return kafka.consume(
      { ...optionsFor(orders, async event => void received.push(`order ${event.cents}`)), group: orders },
      { topic: lamps, group: orders, schema: Lamp, handle: async event => void received.push(`lamp ${event.sku}`) },
    )
  }
  const consumers = await Promise.all([startReplica(), startReplica()])
  await eventually(() => assert.ok(consumers.every(consumer => consumer.isRunning())), { withinMs: 20_000 })
  const { producer } = await startKafka(t)

  const numbers = Array.from({ length: 20 }, (_, at) => at)
  await Promise.all(
    numbers.flatMap(n => [
      producer.send({ topic: orders, key: randomUUID(), value: order(n) }),
      producer.send({ topic: lamps, key: randomUUID(), value: { sku: n } }),
    ]),
  )

  const expected = numbers.flatMap(n => [`order ${n}`, `lamp ${n}`]).toSorted()
  await eventually(() => assert.deepEqual(received.toSorted(), expected), { withinMs: 15_000 })
})

test('a message of another shape goes to the dead letters at once, with the reason', { timeout: 30_000 }, async t => {
  const topic = await createTopic(t)
  const { kafka, producer, metrics } = await startKafka(t)
  const handled: number[] = []
  await kafka.consume(
    optionsFor(topic, async event => {
      handled.push(event.cents)
    }),
  )
  const dead = await readDead(t, topic)

  await producer.send({ topic, key: 'poison', value: { cents: 'many' } })
  await producer.send({ topic, key: 'sound', value: order(12) })

  await eventually(() => assert.equal(dead.length, 1), { withinMs: 15_000 })
  await eventually(() => assert.deepEqual(handled, [12]), { withinMs: 15_000 })
  assert.equal(dead[0]?.key, 'poison')
  assert.equal(dead[0]?.value.raw, '{"cents":"many"}')
  assert.match(dead[0]?.headers.reason ?? '', /has not the shape/)
  assert.equal(dead[0]?.headers['source-topic'], topic)
  assert.match(dead[0]?.headers['source-offset'] ?? '', /^\d+$/)
  assert.equal((await readMetric(metrics, 'kafka_messages_total'))[`outcome=dead,topic=${topic}`], 1)
})

test('a handler that fails is tried again, and then the message is dead with the reason', {
  timeout: 30_000,
}, async t => {
  const topic = await createTopic(t)
  const { kafka, producer } = await startKafka(t)
  const tries: number[] = []
  await kafka.consume(
    optionsFor(topic, async event => {
      tries.push(event.cents)
      if (event.cents === 11 && tries.length < 3) throw new Error('not yet')
      if (event.cents === 12) throw new Error('the mail provider knows no ada@techmart.example')
    }),
  )
  const dead = await readDead(t, topic)

  await producer.send({ topic, key: 'heals', value: order(11) })
  await eventually(() => assert.deepEqual(tries, [11, 11, 11]), { withinMs: 15_000 })
  await producer.send({ topic, key: 'stays ill', value: order(12) })

  await eventually(() => assert.equal(dead.length, 1), { withinMs: 15_000 })
  assert.deepEqual(tries, [11, 11, 11, 12, 12, 12])
  assert.match(dead[0]?.headers.reason ?? '', /gave up after 3 tries: Error: the mail provider knows no \[e-mail\]/)
})

test('closing waits for the message at hand and leaves nothing running', { timeout: 30_000 }, async t => {
  const topic = await createTopic(t)
  const { kafka, producer, close } = await startKafka(t)
  let began = false
  let ended = false
  await kafka.consume(
    optionsFor(topic, async () => {
      began = true
      await new Promise(resolve => setTimeout(resolve, 300))
      ended = true
    }),
  )
  await producer.send({ topic, key: 'last', value: order(11) })
  await eventually(() => assert.ok(began), { withinMs: 15_000 })

  const startedAt = performance.now()
  await close()

  assert.equal(ended, true)
  assert.ok(performance.now() - startedAt < 5_000)
})

test('a broker that is not there at the start and stops later loses no consumer', { timeout: 90_000 }, async t => {
  const topic = await createTopic(t)
  const proxy = await startBrokerProxy(t)
  const { kafka, producer, log } = await startKafka(t, [proxy.address])
  const received: number[] = []
  await kafka.consume(
    optionsFor(topic, async event => {
      received.push(event.cents)
    }),
  )
  await eventually(() => assert.match(JSON.stringify(log.lines), /kafka does not answer/), { withinMs: 15_000 })
  assert.equal(kafka.isUp(), false)
  await assert.rejects(producer.send({ topic, key: 'early', value: order(10) }), /kafka did not take a message/)

  await proxy.start()
  await eventually(() => producer.send({ topic, key: 'first', value: order(11) }), { withinMs: 30_000 })
  await eventually(() => assert.deepEqual(received, [11]), { withinMs: 30_000 })

  await proxy.stop()
  await eventually(() => assert.equal(kafka.isUp(), false), { withinMs: 15_000 })
  await proxy.start()
  await eventually(() => producer.send({ topic, key: 'second', value: order(12) }), { withinMs: 30_000 })

  await eventually(() => assert.deepEqual([...new Set(received)], [11, 12]), { withinMs: 30_000 })
  await eventually(() => assert.equal(kafka.isUp(), true), { withinMs: 10_000 })
})

/**
 * A TCP proxy before the broker. It rewrites the port in the broker's answers (its metadata names one of five digits, and so
 * is the proxy's), so that the client stays on this road.
 */
async function startBrokerProxy(t: TestContext) {
  const [host = '', port = ''] = (kafkaBrokers()[0] ?? '').split(':')
  const sockets = new Set<Socket>()
  const server = createServer(inner => {
    const outer = connect(Number(port), host)
    for (const socket of [inner, outer]) {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          inner.destroy()
          outer.destroy()
        })
    }
    inner.pipe(outer)
    outer.on('data', chunk => inner.write(withPort(chunk, host, Number(port), own)))
  })
  const start = (at: number) => new Promise<void>(resolve => server.listen(at, '127.0.0.1', resolve))
  await start(0)
  const own = (server.address() as { port: number }).port
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  }
  await stop()
  t.after(stop)
  return { address: `127.0.0.1:${own}`, stop, start: () => start(own) }
}

/** The port stands in metadata as an int32 after the host's name, which is the one that the test was given. */
function withPort(chunk: Buffer, host: string, from: number, to: number): Buffer {
  const name = Buffer.from(host)
  const copy = Buffer.from(chunk)
  for (let at = copy.indexOf(name); at >= 0; at = copy.indexOf(name, at + 1)) {
    const portAt = at + name.length
    if (portAt + 4 <= copy.length && copy.readInt32BE(portAt) === from) copy.writeInt32BE(to, portAt)
  }
  return copy
}
