// Generated from the contract: whatever is wrong with what a browser tells is refused, and nothing is counted or written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportEvents } from '@techmart/contracts/event-routes'
import { readMetric } from '@techmart/platform/testing'
import { badRequestsOf, checkRefusal } from '@techmart/platform/testing-bad-requests'
import { startEdge } from './edge.ts'

test('POST /api/events refuses whatever its schemas refuse, and names the field', async t => {
  const edge = await startEdge(t, {}, { EVENTS_PER_MINUTE: 1_000_000 })

  for (const bad of badRequestsOf(reportEvents)) {
    const { method, url, headers, body } = bad
    const reply = await fetch(edge.url + url, { method, headers, ...(body === undefined ? {} : { body }) })
    checkRefusal(bad, { status: reply.status, text: await reply.text() })
  }

  assert.deepEqual(edge.webLines, [])
  assert.ok(Object.values(await readMetric(edge.metrics, 'funnel_events_total')).every(count => count === 0))
})
