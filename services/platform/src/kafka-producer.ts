import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import kafkajs, { type Kafka } from 'kafkajs'
import type { KafkaMessage, Producer } from './kafka.ts'
import { UpstreamError } from './refusals.ts'
import { withLimit } from './wait.ts'

const sendLimitMs = 10_000

/** A producer that connects when first used. kafkajs reconnects by itself once a first connect has worked. */
export function makeProducer({ client }: { client: Kafka }): Producer & AsyncDisposable {
  const producer = client.producer({
    allowAutoTopicCreation: false,
    // Named only to keep kafkajs from warning that its default has changed once.
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  let connecting: Promise<void> | undefined
  const connected = () => {
    // Not in the context of the message that happens to be first: the connection is everybody's.
    connecting ??= context
      .with(ROOT_CONTEXT, () => producer.connect())
      .catch(error => {
        connecting = undefined
        throw error
      })
    return connecting
  }
  const send = async ({ topic, key, value, headers }: KafkaMessage) => {
    await connected()
    await producer.send({
      topic,
      acks: -1,
      messages: [{ key, value: JSON.stringify(value), ...(headers ? { headers: { ...headers } } : {}) }],
    })
  }
  return {
    send: async message => {
      try {
        await withLimit(send(message), sendLimitMs, () => new Error(`no answer within ${sendLimitMs} ms`))
      } catch (error) {
        throw new UpstreamError(`kafka did not take a message for ${message.topic}`, {
          kind: 'timeout',
          dependency: 'kafka',
          cause: error,
        })
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (connecting) await producer.disconnect()
    },
  }
}
