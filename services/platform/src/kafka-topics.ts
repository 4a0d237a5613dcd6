// Makes sure of the topics and goes on asking the broker whether it is there: one small question every five seconds.
import type { Topic } from '@techmart/contracts/topics'
import type { Kafka } from 'kafkajs'
import type { Log } from './log.ts'
import { delay, withLimit } from './wait.ts'

const askEveryMs = 5_000
const askAgainMs = 1_000
const answerLimitMs = 4_000

/** Asks until closed. `isUp` is the last answer; false before the first. */
export function followTopics(options: {
  client: Kafka
  topics: readonly Topic[]
  log: Log
}): AsyncDisposable & { isUp(): boolean } {
  const { client, topics, log } = options
  const closing = new AbortController()
  const admin = client.admin({ retry: { retries: 0 } })
  let up: boolean | undefined
  let topicsExist = false

  const ask = async () => {
    await admin.connect()
    if (!topicsExist) {
      const existing = new Set(await admin.listTopics())
      const missing = topics.filter(topic => !existing.has(topic.name))
      if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map(toConfig) })
      topicsExist = true
    }
    await admin.describeCluster()
  }

  const follow = async () => {
    while (!closing.signal.aborted) {
      try {
        await withLimit(ask(), answerLimitMs, () => new Error(`no answer within ${answerLimitMs} ms`))
        if (up !== true) log.info('kafka answers')
        up = true
      } catch (error) {
        if (up !== false && !closing.signal.aborted)
          log.warn('kafka does not answer; asking again every second', { error })
        up = false
        await admin.disconnect().catch(() => {})
      }
      await delay(up ? askEveryMs : askAgainMs, closing.signal)
    }
  }
  const following = follow()

  return {
    isUp: () => up === true,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await following
      await admin.disconnect().catch(() => {})
    },
  }
}

const toConfig = (topic: Topic) => ({
  topic: topic.name,
  numPartitions: topic.partitions,
  replicationFactor: 1,
  configEntries: [{ name: 'retention.ms', value: String(topic.retentionMs) }],
})
