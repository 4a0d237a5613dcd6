import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog, readMetric } from '@techmart/platform/testing'
import { makeCleanUploads, makeWatchUploads } from '../src/keep-uploads.ts'
import { makeUploadEvents } from '../src/upload-events.ts'
import { fakeUploads } from './fake-uploads.ts'

test('the age of the oldest unfinished upload is shown, and is 0 when none waits', async () => {
  const metrics = buildMetrics()
  let seconds = 0
  const uploads = fakeUploads({ oldestUnfinishedSeconds: async () => seconds })
  const watch = makeWatchUploads({ uploads, events: makeUploadEvents(metrics, fakeLog()) })

  await watch()
  const idle = await readMetric(metrics, 'upload_job_oldest_unfinished_seconds')
  seconds = 31.5
  await watch()

  assert.deepEqual(idle, { '': 0 })
  assert.deepEqual(await readMetric(metrics, 'upload_job_oldest_unfinished_seconds'), { '': 31.5 })
})

test('a round of cleaning gives up what Kafka has forgotten, and keeps jobs and products for their time', async () => {
  const asked: unknown[] = []
  const log = fakeLog()
  const uploads = fakeUploads({
    failOlderThan: async hours => asked.push(['fail', hours]),
    removeOlderThan: async (hours, limit) => asked.push(['jobs', hours, limit]),
    removeProductsOlderThan: async (days, limit) => asked.push(['products', days, limit]),
  })
  const clean = makeCleanUploads({
    uploads,
    events: makeUploadEvents(buildMetrics(), log),
    jobRetentionHours: 72,
    productRetentionDays: 7,
  })

  await clean()

  assert.deepEqual(asked, [
    ['fail', 25],
    ['jobs', 72, 5_000],
    ['products', 7, 5_000],
  ])
  assert.deepEqual(
    log.lines.map(line => line.level),
    ['error', 'info'],
  )
})
