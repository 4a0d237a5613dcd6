// The dead letters of one topic, and the way back. Whoever opens them is the one member of a consumer group: two people cannot put
// back the same letter. A letter is marked right after the broker has taken it; in between lies a moment in which a crash would let
// it be put back again, which its event id then makes harmless.
import { deadLetterTopicOf, type Topic } from '@techmart/contracts/topics'
import { calmRequestQueue } from '@techmart/platform/kafkajs-timer'
import kafkajs, { type EachMessagePayload } from 'kafkajs'
import { addMark, isDone, readMarks, toCommit } from './marks.ts'

export interface DeadLetter {
  readonly offset: string
  /** Further letters of the same message, from other groups that gave it up as well. */
  readonly again: readonly string[]
  readonly key: string
  readonly at: Date
  readonly reason: string
  /** Where it stood: `orders.placed.v1/2/17`, topic, partition and offset. */
  readonly source: string
  readonly headers: Readonly<Record<string, string>>
  /** As it was received. */
  readonly raw: string
}

export interface DeadLetters extends AsyncDisposable {
  /** Those not put back yet, oldest first. */
  readonly waiting: readonly DeadLetter[]
  /** Into the topic that it came from, with its key and its trace. */
  putBack(letter: DeadLetter, value: object): Promise<void>
}

/** What the dead letter was given on its way out; the rest belongs to the message. */
const addedHeaders: ReadonlySet<string> = new Set(['reason', 'source-topic', 'source-partition', 'source-offset'])
const readWithinMs = 20_000

/** Rejects when the broker does not answer, or somebody else has them open. */
export async function openDeadLetters(brokers: readonly string[], topic: Topic): Promise<DeadLetters> {
  calmRequestQueue()
  await using opening = new AsyncDisposableStack()
  const client = new kafkajs.Kafka({
    clientId: 'replay-dead',
    brokers: [...brokers],
    connectionTimeout: 3_000,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 3 },
  })
  const dead = deadLetterTopicOf(topic)
  const groupId = dead.name
  const admin = client.admin()
  await admin.connect()
  opening.defer(() => admin.disconnect())
  const [offsets] = await admin.fetchTopicOffsets(dead.name)
  if (offsets === undefined) throw new Error(`There is no topic ${dead.name}.`)
  const committed = (await admin.fetchOffsets({ groupId, topics: [dead.name] }))[0]?.partitions[0]
  let marks = readMarks(committed?.offset ?? '-1', committed?.metadata ?? null)

  const consumer = client.consumer({ groupId, allowAutoTopicCreation: false, sessionTimeout: 10_000 })
  await consumer.connect()
  opening.defer(() => consumer.disconnect())
  const letters: DeadLetter[] = []
  const joined = new Promise<boolean>(resolve => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      resolve(payload.memberAssignment[dead.name]?.includes(0) === true),
    )
  })
  const wanted = BigInt(offsets.high) - 1n
  const allRead = Promise.withResolvers<void>()
  if (BigInt(offsets.low) > wanted) allRead.resolve()
  await consumer.subscribe({ topic: dead.name, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async payload => {
      letters.push(toLetter(payload))
      if (BigInt(payload.message.offset) >= wanted) allRead.resolve()
    },
  })
  // All that are there, the done ones too: they tell which messages need nothing more.
  consumer.seek({ topic: dead.name, partition: 0, offset: offsets.low })
  if (!(await within(joined))) throw new Error(`Somebody else has the dead letters of ${topic.name} open just now.`)
  await within(allRead.promise)

  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  await producer.connect()
  opening.defer(() => producer.disconnect())
  const opened = opening.move()
  const oldestAt = Date.now() - dead.retentionMs

  return {
    // Kafka may keep a letter longer than it has to, and its mark no longer than that.
    waiting: oneAMessage(letters.filter(letter => letter.at.getTime() > oldestAt)).filter(
      letter => ![letter.offset, ...letter.again].some(offset => isDone(marks, offset)),
    ),
    async putBack(letter, value) {
      if (isDone(marks, letter.offset)) throw new Error(`Letter ${letter.offset} has been put back before.`)
      const marked = [letter.offset, ...letter.again].reduce((sum, at) => addMark(sum, at, offsets.low), marks)
      const own = Object.entries(letter.headers).filter(([name]) => !addedHeaders.has(name))
      const headers = { ...Object.fromEntries(own), 'replayed-from': `${dead.name}/0/${letter.offset}` }
      await producer.send({
        topic: topic.name,
        acks: -1,
        messages: [{ key: letter.key, value: JSON.stringify(value), headers }],
      })
      await consumer.commitOffsets([{ topic: dead.name, partition: 0, ...toCommit(marked) }])
      marks = marked
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function toLetter({ message }: EachMessagePayload): DeadLetter {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    if (value !== undefined) headers[name] = String(Array.isArray(value) ? value[0] : value)
  }
  return {
    offset: message.offset,
    again: [],
    key: message.key?.toString() ?? '',
    at: new Date(Number(message.timestamp)),
    reason: headers.reason ?? 'no reason was given',
    source: `${headers['source-topic']}/${headers['source-partition']}/${headers['source-offset']}`,
    headers,
    raw: readRaw(message.value?.toString() ?? ''),
  }
}

/** Put back, a message is read by every group: it goes once, however many have given it up. */
function oneAMessage(letters: readonly DeadLetter[]): DeadLetter[] {
  const bySource = Map.groupBy(letters, letter => letter.source)
  return [...bySource.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, again: others.map(other => other.offset) }] : [],
  )
}

/** A dead letter wraps what was received, whatever that was. */
function readRaw(text: string): string {
  const wrapped = JSON.parse(text) as { raw?: unknown }
  return typeof wrapped.raw === 'string' ? wrapped.raw : text
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Kafka did not hand the letters over in ${readWithinMs} ms.`)),
      readWithinMs,
    )
  })
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer))
}
