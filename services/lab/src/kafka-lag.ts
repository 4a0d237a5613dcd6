// How far each consumer group is behind: read from the broker, so that it goes on growing when the consumer is dead.
import { calmRequestQueue } from '@techmart/platform/kafkajs-timer'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import kafkajs from 'kafkajs'
import { startWatching } from './watch.ts'

export interface GroupLag {
  readonly group: string
  readonly topic: string
  readonly messages: number
  /** Consumers that are in the group just now. */
  readonly members: number
}

export interface LagSource extends AsyncDisposable {
  /** Throws when the broker does not answer. */
  read(): Promise<GroupLag[]>
}

interface Offset {
  readonly partition: number
  readonly offset: string
}
interface Watermarks extends Offset {
  readonly high: string
  readonly low: string
}

/** A partition that the group has not committed yet counts from its first message that is still there. */
export function countLag(watermarks: readonly Watermarks[], committed: readonly Offset[]): number {
  return watermarks.reduce((sum, { partition, high, low }) => {
    const offset = Number(committed.find(entry => entry.partition === partition)?.offset ?? -1)
    return sum + Math.max(0, Number(high) - Math.max(offset, Number(low)))
  }, 0)
}

export function openKafkaLag(brokers: readonly string[]): LagSource {
  // It runs every few seconds: a failing call is not retried but made again the next time.
  calmRequestQueue()
  const kafka = new kafkajs.Kafka({
    clientId: 'lab',
    brokers: [...brokers],
    connectionTimeout: 2000,
    requestTimeout: 4000,
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
  })
  let admin: kafkajs.Admin | undefined

  async function disconnect(): Promise<void> {
    const last = admin
    admin = undefined
    await last?.disconnect().catch(() => undefined)
  }

  async function readFrom(connected: kafkajs.Admin): Promise<GroupLag[]> {
    const { groups } = await connected.listGroups()
    const described = await connected.describeGroups(groups.map(({ groupId }) => groupId))
    const committed = await Promise.all(
      described.groups.map(async ({ groupId, members }) => ({
        group: groupId,
        members: members.length,
        topics: await connected.fetchOffsets({ groupId }),
      })),
    )
    const topics = [...new Set(committed.flatMap(entry => entry.topics.map(({ topic }) => topic)))]
    const watermarks = new Map(
      await Promise.all(topics.map(async topic => [topic, await connected.fetchTopicOffsets(topic)] as const)),
    )
    return committed.flatMap(({ group, members, topics }) =>
      // Dead letters wait for a person, not for a consumer that is behind: their groups only mark what was put back.
      topics
        .filter(({ topic }) => !topic.endsWith('.dead'))
        .map(({ topic, partitions }) => ({
          group,
          members,
          topic,
          messages: countLag(watermarks.get(topic) ?? [], partitions),
        })),
    )
  }

  return {
    async read() {
      try {
        if (!admin) {
          const fresh = kafka.admin()
          await fresh.connect()
          admin = fresh
        }
        return await readFrom(admin)
      } catch (error) {
        await disconnect()
        throw error
      }
    },
    [Symbol.asyncDispose]: disconnect,
  }
}

export function watchKafkaLag(options: { source: LagSource; metrics: Metrics; log: Log }): AsyncDisposable {
  const { source, metrics, log } = options
  const lag = metrics.gauge('kafka_consumer_lag', 'Messages a consumer group has not committed yet.', [
    'topic',
    'group',
  ])
  const memberCount = metrics.gauge('kafka_consumer_group_members', 'Consumers that are in a group.', ['group'])
  return startWatching({
    what: 'the lag of consumers',
    everyMs: 5000,
    log,
    read: async () => {
      const groups = await source.read()
      lag.reset()
      memberCount.reset()
      for (const { group, topic, messages, members } of groups) {
        lag.set({ topic, group }, messages)
        memberCount.set({ group }, members)
      }
    },
    forget: () => {
      lag.reset()
      memberCount.reset()
    },
  })
}
