import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { toDay, toTime } from '../src/logic/day.ts'

function liveIn(t: TestContext, zone: string): void {
  const before = process.env.TZ
  process.env.TZ = zone
  t.after(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })
}

test('a moment is told by the calendar and the clock of where the shopper is', t => {
  liveIn(t, 'Asia/Tokyo')

  const moment = '2026-11-20T23:04:05.678Z'

  assert.deepEqual([toDay(moment), toTime(moment)], ['21 November 2026', '08:04:05'])
})
