import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrderPlaced } from '@techmart/contracts/order-events'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog, readMetric } from '@techmart/platform/testing'
import { makeUsersEvents } from '../src/events.ts'
import { makeRecordOrder } from '../src/record-order.ts'
import type { RecordResult } from '../src/statistics-store.ts'
import { ada, fakeStatistics } from './fakes.ts'

const lampOrder: OrderPlaced = {
  eventId: '1f0e7c52-0d65-4c8e-8a11-aa00bb00cc11',
  orderId: '7b6c1f7e-57f7-4c8e-9d2a-0c8a5f5f0021',
  email: ada.email,
  country: 'GB',
  segment: 'vip',
  totalCents: 1_30,
  itemCount: 2,
  placedAt: '2026-11-20T10:00:00Z',
}

test('an order is told of by what it did to the figures, and never by an address', async () => {
  const results: RecordResult[] = [
    { outcome: 'recorded', userId: ada.id, from: 'returning', to: 'vip' },
    { outcome: 'recorded', userId: ada.id, from: 'vip', to: 'vip' },
    { outcome: 'recorded-before' },
    { outcome: 'no-customer' },
  ]
  const metrics = buildMetrics()
  const log = fakeLog()
  const statistics = fakeStatistics({ record: async () => results.shift() as RecordResult })
  const recordOrder = makeRecordOrder({ statistics, events: makeUsersEvents(metrics, log) })

  for (let n = 0; n < 4; n++) await recordOrder(lampOrder)

  assert.deepEqual(await readMetric(metrics, 'customer_orders_total'), {
    'outcome=recorded': 2,
    'outcome=recorded-before': 1,
    'outcome=no-customer': 1,
  })
  assert.deepEqual(
    log.lines.filter(({ level }) => level === 'info').map(({ message, from, to }) => ({ message, from, to })),
    [{ message: 'customer changed segment', from: 'returning', to: 'vip' }],
  )
  assert.ok(!JSON.stringify(log.lines).includes('techmart.example'))
})

test('an order that cannot be recorded is a failure, and comes again', async () => {
  const statistics = fakeStatistics({ record: () => Promise.reject(new Error('the database is away')) })
  const recordOrder = makeRecordOrder({ statistics, events: makeUsersEvents(buildMetrics(), fakeLog()) })

  await assert.rejects(recordOrder(lampOrder), /away/)
})
