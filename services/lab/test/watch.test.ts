import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { countLag, type GroupLag, type LagSource, watchKafkaLag } from '../src/kafka-lag.ts'
import { type StatisticsSource, watchPostgres } from '../src/postgres-statistics.ts'

const log = buildLog({ service: 'lab', level: 'error' })

/** Starts a watch and tells the exported lines that carry the given prefix, after the first round and after a second one. */
async function linesOfTwoRounds(
  t: TestContext,
  prefix: string,
  start: (metrics: ReturnType<typeof buildMetrics>) => AsyncDisposable,
) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const metrics = buildMetrics()
  const watch = start(metrics)
  const settle = () => new Promise(resolve => setImmediate(resolve))
  const lines = async () => (await metrics.registry.metrics()).split('\n').filter(line => line.startsWith(prefix))
  await settle()
  const first = await lines()
  t.mock.timers.tick(10_000)
  await settle()
  const second = await lines()
  await watch[Symbol.asyncDispose]()
  return { first, second }
}

test('lag is counted from the last commit, or from the oldest message that is left', () => {
  const watermarks = [
    { partition: 0, offset: '120', high: '120', low: '0' },
    { partition: 1, offset: '50', high: '50', low: '20' },
    { partition: 2, offset: '7', high: '7', low: '0' },
  ]

  const lag = countLag(watermarks, [
    { partition: 0, offset: '100' },
    { partition: 1, offset: '-1' },
    { partition: 2, offset: '7' },
  ])

  assert.equal(lag, 20 + 30 + 0)
})

test('lag and members vanish while the broker is away', async t => {
  const answers: (GroupLag[] | Error)[] = [
    [{ group: 'notifications', topic: 'orders.placed.v1', messages: 12, members: 1 }],
    new Error('connect ECONNREFUSED'),
  ]
  const source: LagSource = {
    async read() {
      const answer = answers.shift()
      if (!answer || answer instanceof Error) throw answer ?? new Error('asked too often')
      return answer
    },
    async [Symbol.asyncDispose]() {},
  }

  const { first, second } = await linesOfTwoRounds(t, 'kafka_', metrics => watchKafkaLag({ source, metrics, log }))

  assert.deepEqual(first, [
    'kafka_consumer_lag{topic="orders.placed.v1",group="notifications"} 12',
    'kafka_consumer_group_members{group="notifications"} 1',
  ])
  assert.deepEqual(second, [])
})

test("Postgres' figures vanish while it is away", async t => {
  let rounds = 0
  const source: StatisticsSource = {
    async read() {
      rounds += 1
      if (rounds > 1) throw new Error('connect ECONNREFUSED')
      const counts = {
        committed: 90,
        rolledBack: 3,
        blocksFromCache: 80,
        blocksFromDisk: 2,
        rowsRead: 70,
        rowsWritten: 9,
      }
      return {
        databases: [{ database: 'api', sizeBytes: 8_000_000, ...counts, deadlocks: 1, temporaryBytes: 0 }],
        server: {
          connections: [{ database: 'api', state: 'idle', connections: 4 }],
          maxConnections: 100,
          waitingForLocks: 0,
          longestTransactionSeconds: 0.25,
          walBytes: 4096,
          startedAtSeconds: 1_763_647_200,
        },
      }
    },
    async [Symbol.asyncDispose]() {},
  }

  const { first, second } = await linesOfTwoRounds(t, 'postgres_', metrics => watchPostgres({ source, metrics, log }))

  assert.ok(first.includes('postgres_transactions_total{database="api",outcome="rolled_back"} 3'), first.join('\n'))
  assert.ok(first.includes('postgres_connections{database="api",state="idle"} 4'))
  assert.ok(first.includes('postgres_wal_bytes_total 4096'))
  assert.deepEqual(second, [])
})
