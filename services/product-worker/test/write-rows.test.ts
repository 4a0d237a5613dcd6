import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context } from '@opentelemetry/api'
import { FaultError } from '@techmart/platform/faults'
import { beginJourney, endJourney } from '@techmart/platform/journey'
import { UpstreamError } from '@techmart/platform/refusals'
import { collectSpans } from '@techmart/platform/testing'
import { makeFailJob } from '../src/fail-job.ts'
import { isOutage } from '../src/is-outage.ts'
import { makeWriteRows } from '../src/write-rows.ts'
import { lampMessage, lampRow, makeMemoryCatalogue, makeRecordedEvents } from './fakes.ts'

test('a message that is delivered twice is written once, and its second delivery is no event of the journey', async t => {
  const collected = collectSpans(t)
  const catalogue = makeMemoryCatalogue()
  const events = makeRecordedEvents()
  const writeRows = makeWriteRows({ catalogue, events })
  const message = lampMessage([lampRow(11), lampRow(12)])

  for (let delivery = 0; delivery < 2; delivery++) {
    const journey = beginJourney('product-upload-job')
    await context.with(journey.context, () => writeRows(message))
    endJourney(journey, { ended: 'ok' })
  }

  assert.equal(catalogue.skus.size, 2)
  assert.deepEqual(events.happened, ['written 2, created 2', 'skipped'])
  assert.deepEqual(
    collected.spans.map(span => span.name),
    ['cuj.product-upload-job', 'late.product-upload-job'],
  )
})

test('a job whose rows were given up fails once, however often it is said', async () => {
  const catalogue = makeMemoryCatalogue()
  const events = makeRecordedEvents()
  const failJob = makeFailJob({ catalogue, events })
  const dead = { meta: { key: lampMessage([lampRow(11)]).jobId }, reason: 'the message has not the shape' }

  await failJob(dead)
  await failJob(dead)

  assert.deepEqual(catalogue.failed, [dead.meta.key])
  assert.deepEqual(events.happened, ['failed: the message has not the shape'])
})

test('a message whose key is no job fails none', async () => {
  const catalogue = makeMemoryCatalogue()
  const failJob = makeFailJob({ catalogue, events: makeRecordedEvents() })

  await failJob({ meta: { key: "11'; DROP TABLE products" }, reason: 'nonsense' })

  assert.deepEqual(catalogue.failed, [])
})

test('a database that is away or not up to date is waited for; a statement that it refuses is not', () => {
  const away = new UpstreamError('postgres cannot be reached', { kind: 'refused', dependency: 'postgres' })
  const refusedWith = (code: string) => Object.assign(new Error('refused'), { code })

  assert.equal(isOutage(away), true)
  assert.equal(isOutage(refusedWith('42P01')), true)
  assert.equal(isOutage(refusedWith('23514')), false)
  assert.equal(isOutage(new Error('whatever')), false)
})

test('a failing try is no outage, though it fails on purpose: the database answers as ever', () => {
  assert.equal(isOutage(new FaultError({ scenario: 'database-away', point: 'database' })), true)
  assert.equal(isOutage(new FaultError({ scenario: 'tries-fail', point: 'consumer' })), false)
})
