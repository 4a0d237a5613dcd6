import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog, readMetric } from '@techmart/platform/testing'
import { makeUsersEvents } from '../src/events.ts'
import { makeKeepSegments, makeRemoveOldRows } from '../src/keep-customers.ts'
import { fakeStatistics } from './fakes.ts'

function listen() {
  const metrics = buildMetrics()
  const log = fakeLog()
  return { metrics, log, events: makeUsersEvents(metrics, log) }
}

test('a round lets segments follow the time, counts them and tells of it', async () => {
  const { metrics, log, events } = listen()
  const rounds: Date[] = []
  const now = new Date('2026-11-20T10:00:00Z')
  const statistics = fakeStatistics({
    refreshSegments: async (_limit, at) => {
      rounds.push(at)
      return 3
    },
    countSegments: async () => ({ new: 11, returning: 12, vip: 13, at_risk: 14, churned: 15 }),
  })

  await makeKeepSegments({ statistics, events, now: () => now })()

  assert.deepEqual(rounds, [now])
  assert.equal((await readMetric(metrics, 'users_by_segment'))['segment=at_risk'], 14)
  assert.deepEqual(
    log.lines.map(({ message, count }) => [message, count]),
    [['segments followed the passing of time', 3]],
  )
})

test('event ids go by their age, customers by their number', async () => {
  const { log, events } = listen()
  const statistics = fakeStatistics({ removeRecordedBefore: async days => days, removeBeyond: async kept => kept })

  await makeRemoveOldRows({ statistics, events, customersKept: 500, eventDays: 8 })()

  assert.deepEqual(
    log.lines.map(line => [line.what, line.count]),
    [
      ['order events', 8],
      ['customers', 500],
    ],
  )
})
