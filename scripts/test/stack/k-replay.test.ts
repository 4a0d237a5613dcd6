// A poison message: into the dead letters, corrected by a person, and handled in the trace that it began in.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { calmRequestQueue } from '@techmart/platform/kafkajs-timer'
import kafkajs from 'kafkajs'
import { compose, eventually, newTrace, trace } from './lab.ts'

const topic = 'orders.placed.v1'
const listFile = `.lab/dead-${topic}.json`

calmRequestQueue()
const client = () =>
  new kafkajs.Kafka({ brokers: (process.env.KAFKA_TEST_BROKERS ?? '').split(','), logLevel: kafkajs.logLevel.NOTHING })

/** An order event whose amount somebody wrote as text. */
async function sendPoison(t: TestContext) {
  const producer = client().producer()
  await producer.connect()
  t.after(() => producer.disconnect())
  const event = {
    eventId: randomUUID(),
    orderId: randomUUID(),
    email: 'poison@techmart.example',
    country: 'DE',
    segment: 'new',
    totalCents: 'thirteen',
    itemCount: 1,
    placedAt: new Date().toISOString(),
  }
  const { traceId, traceparent } = newTrace()
  const baggage = 'cuj.name=checkout'
  const message = { key: event.orderId, value: JSON.stringify(event), headers: { traceparent, baggage } }
  await producer.send({ topic, messages: [message] })
  return { event, traceId }
}

function replayDead(env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    const settings = { env: { ...process.env, ...env }, timeout: 60_000 }
    execFile('scripts/replay-dead.sh', [], settings, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, output: stdout + stderr }),
    )
  })
}

/** The letters of one order, as `make replay-dead` lists them. */
async function listLetters(orderId: string) {
  const { code, output } = await replayDead({ TOPIC: topic })
  assert.equal(code, 0, output)
  const entries = JSON.parse(await readFile(listFile, 'utf8')) as { offset: string; value: { orderId?: string } }[]
  return { output, entries: entries.filter(entry => entry.value.orderId === orderId) }
}

const isDead = (orderId: string) =>
  eventually(
    async () => {
      const letters = await listLetters(orderId)
      assert.equal(letters.entries.length, 1)
      return letters
    },
    { withinMs: 60_000, everyMs: 2_000 },
  )

const isNotified = (eventId: string) =>
  eventually(
    async () => {
      const sql = `SELECT count(*) FROM notifications WHERE event_id = '${eventId}' AND state = 'sent'`
      const psql = ['psql', '-U', 'techmart', '-d', 'notifications', '-tAc', sql]
      assert.equal((await compose('exec', '-T', 'postgres', ...psql)).trim(), '1')
    },
    { withinMs: 60_000, everyMs: 1_000 },
  )

/** How often the topic has this event. */
async function countInTopic(t: TestContext, eventId: string): Promise<number> {
  const admin = client().admin()
  await admin.connect()
  const high = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const consumer = client().consumer({ groupId: `test-${randomUUID()}` })
  await consumer.connect()
  t.after(() => consumer.disconnect())
  await consumer.subscribe({ topic, fromBeginning: true })
  const open = new Set(high.filter(({ high, low }) => high !== low).map(({ partition }) => partition))
  let found = 0
  const read = Promise.withResolvers<void>()
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      if (message.value?.toString().includes(eventId)) found += 1
      const last = high.find(one => one.partition === partition)
      if (last && BigInt(message.offset) >= BigInt(last.high) - 1n) open.delete(partition)
      if (open.size === 0) read.resolve()
    },
  })
  await read.promise
  return found
}

test('a poison message is corrected and handled once, in its own trace', { timeout: 180_000 }, async t => {
  const { event, traceId } = await sendPoison(t)
  const { output, entries } = await isDead(event.orderId)
  assert.match(output, /to correct: totalCents must be integer/)
  assert.ok(output.includes(`trace ${traceId}`), output)
  const offset = entries[0]?.offset ?? ''

  const wrong = await replayDead({ TOPIC: topic, OFFSET: offset, FIX: '{"totalCents": "fourteen"}' })
  const right = await replayDead({ TOPIC: topic, OFFSET: offset, FIX: '{"totalCents": 1300}' })
  const again = await replayDead({ TOPIC: topic, OFFSET: offset, FIX: '{"totalCents": 1300}' })

  assert.equal(wrong.code, 2)
  assert.match(wrong.output, /totalCents must be integer.\nNothing was put back/)
  assert.equal(right.code, 0, right.output)
  assert.match(right.output, /1 put back/)
  assert.equal(again.code, 2)
  assert.match(again.output, /does not wait among the dead letters/)
  await isNotified(event.eventId)
  await eventually(
    async () => {
      const spans = await trace(traceId)
      const handled = spans.filter(({ service, kind }) => service === 'notifications' && kind === 5)
      // The poison, and what was made of it.
      assert.ok(handled.length >= 2, `${handled.length} consumer spans`)
      assert.ok(handled.some(({ isError }) => !isError))
      assert.ok(
        spans.some(({ name, kind }) => kind === 3 && name.startsWith('POST')),
        'no mail was sent in the trace',
      )
    },
    { withinMs: 30_000, everyMs: 1_000 },
  )
  assert.equal(await countInTopic(t, event.eventId), 2)
})

test('letters are corrected in the file that the list was written to, and the ones taken out of it wait', {
  timeout: 180_000,
}, async t => {
  const [first, second] = [await sendPoison(t), await sendPoison(t)]
  const { entries } = await isDead(first.event.orderId)
  const waiting = await isDead(second.event.orderId)
  assert.match((await replayDead({})).output, /^orders\.placed\.v1: ([2-9]|\d\d+) waiting$/m)
  const corrected = entries.map(entry => ({ ...entry, value: { ...entry.value, totalCents: 1400 } }))
  const file = `.lab/corrected-${randomUUID()}.json`
  await writeFile(file, JSON.stringify(corrected))
  t.after(() => rm(file))

  const { code, output } = await replayDead({ TOPIC: topic, FILE: file })

  assert.equal(code, 0, output)
  assert.match(output, /1 put back/)
  await isNotified(first.event.eventId)
  assert.equal((await listLetters(first.event.orderId)).entries.length, 0)
  assert.equal((await listLetters(second.event.orderId)).entries.length, 1)
  const rest = await replayDead({ TOPIC: topic, OFFSET: waiting.entries[0]?.offset ?? '', FIX: '{"totalCents": 1500}' })
  assert.equal(rest.code, 0, rest.output)
  await isNotified(second.event.eventId)
})
