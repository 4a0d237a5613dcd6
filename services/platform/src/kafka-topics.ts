// Makes sure of the topics and goes on asking the broker whether it is there: one small question every five seconds.
import type { Topic } from '@techmart/contracts/topics'
import type { Admin, ITopicConfig, Kafka } from 'kafkajs'
import type { Log } from './log.ts'
import { delay, withLimit } from './wait.ts'

const askEveryMs = 5_000
const askAgainMs = 1_000
const answerLimitMs = 4_000
const leadersWithinMs = 10_000

/**
 * Creates topics that are not there, and returns when each has its leaders. The client's own wait gives up on a broker that has
 * created a topic and does not know it yet, which is how a busy KRaft broker answers for a moment.
 */
export async function createTopics(
  admin: Pick<Admin, 'createTopics' | 'fetchTopicMetadata'>,
  topics: ITopicConfig[],
  { withinMs = leadersWithinMs } = {},
): Promise<void> {
  const deadlineMs = Date.now() + withinMs
  await admin.createTopics({ waitForLeaders: false, topics })
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) })
      return
    } catch (error) {
      if (Date.now() >= deadlineMs || !isNotThereYet(error)) throw error
      await delay(100)
    }
  }
}

const isNotThereYet = (error: unknown): boolean =>
  error instanceof Error &&
  'type' in error &&
  (error.type === 'UNKNOWN_TOPIC_OR_PARTITION' || error.type === 'LEADER_NOT_AVAILABLE')

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
      if (missing.length > 0) await createTopics(admin, missing.map(toConfig))
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
