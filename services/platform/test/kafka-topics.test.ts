import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTopics } from '@techmart/platform/kafka-topics'
import kafkajs from 'kafkajs'

const unknownTopic = new kafkajs.KafkaJSProtocolError(
  Object.assign(new Error('This server does not host this topic-partition'), {
    type: 'UNKNOWN_TOPIC_OR_PARTITION',
    code: 3,
  }),
)

/** A broker that answers what it knows of a topic by these, one after another; nothing is a topic with its leaders. */
function brokerThatAnswers(answers: (Error | undefined)[]) {
  const created: string[] = []
  return {
    created,
    createTopics: async ({ topics }: { topics: { topic: string }[] }) => {
      created.push(...topics.map(({ topic }) => topic))
      return true
    },
    fetchTopicMetadata: async () => {
      const answer = answers.shift()
      if (answer !== undefined) throw answer
      return { topics: [] }
    },
  }
}

test('a broker that does not know yet what it has just created is asked again', async () => {
  const answers = [unknownTopic, unknownTopic]
  const broker = brokerThatAnswers(answers)

  await createTopics(broker, [{ topic: 'orders.placed.v1' }])

  assert.deepEqual(broker.created, ['orders.placed.v1'])
  assert.deepEqual(answers, [])
})

test('a broker that never knows its topic, or fails in another way, is told of', async () => {
  const never = brokerThatAnswers(Array.from({ length: 100 }, () => unknownTopic))
  const broken = brokerThatAnswers([new Error('connection closed')])

  await assert.rejects(createTopics(never, [{ topic: 'a' }], { withinMs: 150 }), unknownTopic)
  await assert.rejects(createTopics(broken, [{ topic: 'a' }]), /connection closed/)
})
