import type { Kafka } from 'kafkajs'
import type { KafkaMessage, Producer } from './kafka.ts'
import { UpstreamError } from './refusals.ts'
import { withLimit } from './wait.ts'

const sendLimitMs = 10_000

/** A producer that connects when first used. kafkajs reconnects by itself once a first connect has worked. */
export function makeProducer({ client }: { client: Kafka }): Producer & AsyncDisposable {
  const producer = client.producer({ allowAutoTopicCreation: false })
  let connecting: Promise<void> | undefined
  const connected = () => {
    connecting ??= producer.connect().catch(error => {
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
