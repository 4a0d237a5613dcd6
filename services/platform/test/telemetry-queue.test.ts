import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { OTLPExporterError } from '@opentelemetry/otlp-exporter-base'
import { telemetryLosses } from '@techmart/platform/telemetry-losses'
import { type Exporter, TelemetryQueue } from '@techmart/platform/telemetry-queue'
import { eventually } from '@techmart/platform/testing'

const taken: ExportResult = { code: ExportResultCode.SUCCESS }
const failed = (error: Error): ExportResult => ({ code: ExportResultCode.FAILED, error })
const away = failed(new Error('connect ECONNREFUSED'))

/** An exporter that answers as the test says, and keeps what it was given. */
function buildExporter(answer: () => ExportResult) {
  const batches: number[][] = []
  const exporter: Exporter<number> = {
    export: (items, done) => {
      const result = answer()
      if (result.code === ExportResultCode.SUCCESS) batches.push([...items])
      setImmediate(done, result)
    },
    shutdown: async () => {},
  }
  return { batches, exporter }
}

const fast = { signal: 'spans', sendEveryMs: 10, firstRetryMs: 5, longestRetryMs: 20 } as const
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

test('items leave in order, in batches of the allowed size', async () => {
  const { batches, exporter } = buildExporter(() => taken)
  const queue = new TelemetryQueue({ ...fast, exporter, maxBatch: 4 })

  for (const item of upTo(10)) queue.add(item)
  await queue.flush()

  assert.deepEqual(batches, [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10],
  ])
})

test('a collector that is away for a while loses nothing', async () => {
  let result = away
  const { batches, exporter } = buildExporter(() => result)
  const queue = new TelemetryQueue({ ...fast, exporter, maxBatch: 4 })
  const droppedBefore = telemetryLosses.dropped.spans

  for (const item of upTo(9)) queue.add(item)
  await eventually(() => assert.equal(telemetryLosses.queued.spans, 9), { withinMs: 10_000 })
  result = taken

  await eventually(() => assert.deepEqual(batches.flat(), upTo(9)), { withinMs: 10_000 })
  assert.equal(telemetryLosses.dropped.spans, droppedBefore)
})

test('a batch that the collector refuses with 4xx is dropped and counted, and the next one goes', async () => {
  const answers = [failed(new OTLPExporterError('Bad Request', 400)), taken]
  const { batches, exporter } = buildExporter(() => answers.shift() ?? taken)
  const queue = new TelemetryQueue({ ...fast, exporter, maxBatch: 2 })
  const droppedBefore = telemetryLosses.dropped.spans

  for (const item of upTo(4)) queue.add(item)
  await queue.flush()

  assert.deepEqual(batches, [[3, 4]])
  assert.equal(telemetryLosses.dropped.spans - droppedBefore, 2)
})

test('too many requests, a time-out and a server error are tried again', async () => {
  const answers = [408, 429, 500, 503].map(status => failed(new OTLPExporterError('later', status)))
  const { batches, exporter } = buildExporter(() => answers.shift() ?? taken)
  const queue = new TelemetryQueue({ ...fast, exporter })

  queue.add(1)
  await queue.flush()

  assert.deepEqual(batches, [[1]])
})

test('a full queue drops what comes in and counts it', async () => {
  const { exporter } = buildExporter(() => away)
  const queue = new TelemetryQueue({ ...fast, signal: 'logs', exporter, maxItems: 3 })
  const droppedBefore = telemetryLosses.dropped.logs

  for (const item of upTo(5)) queue.add(item)

  assert.equal(telemetryLosses.dropped.logs - droppedBefore, 2)
  await queue.close(0)
})

test('closing flushes what is there', async () => {
  const { batches, exporter } = buildExporter(() => taken)
  const queue = new TelemetryQueue({ ...fast, exporter, sendEveryMs: 60_000 })

  for (const item of upTo(3)) queue.add(item)
  await queue.close(1_000)

  assert.deepEqual(batches.flat(), upTo(3))
})

test('closing while the collector is away ends at its limit and counts what is lost', { timeout: 5_000 }, async () => {
  const { exporter } = buildExporter(() => away)
  const queue = new TelemetryQueue({ ...fast, exporter })
  const droppedBefore = telemetryLosses.dropped.spans

  for (const item of upTo(3)) queue.add(item)
  await queue.close(100)

  assert.equal(telemetryLosses.dropped.spans - droppedBefore, 3)
})

test('items that cannot be put into a request are dropped and not tried for ever', async () => {
  let tries = 0
  const exporter: Exporter<number> = {
    export: () => {
      tries++
      throw new TypeError('cyclic')
    },
    shutdown: async () => {},
  }
  const queue = new TelemetryQueue({ ...fast, exporter })

  queue.add(1)
  await queue.flush()

  assert.equal(tries, 1)
})
