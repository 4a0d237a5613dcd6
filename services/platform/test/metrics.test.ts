import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildMetrics, dependencyUp } from '@techmart/platform/metrics'
import { telemetryLosses } from '@techmart/platform/telemetry-losses'
import { readMetric } from '@techmart/platform/testing'

test('asking twice for one name gives the same metric', async () => {
  const metrics = buildMetrics()

  metrics.counter('lamps_total', 'Lamps.', ['size']).inc({ size: 's' })
  metrics.counter('lamps_total', 'Lamps.', ['size']).inc({ size: 's' })
  dependencyUp(metrics).set({ dependency: 'kafka' }, 1)
  dependencyUp(metrics).set({ dependency: 'postgres' }, 0)

  assert.deepEqual(await readMetric(metrics, 'lamps_total'), { 'size=s': 2 })
  assert.deepEqual(await readMetric(metrics, 'dependency_up'), { 'dependency=kafka': 1, 'dependency=postgres': 0 })
})

test('registries are apart, so that a test can build a service twice', async () => {
  const [first, second] = [buildMetrics(), buildMetrics()]

  first.counter('lamps_total', 'Lamps.').inc()
  second.counter('lamps_total', 'Lamps.')

  assert.deepEqual(await readMetric(second, 'lamps_total'), { '': 0 })
})

test('lost telemetry is shown by signal, however often it is asked for', async () => {
  const metrics = buildMetrics()
  telemetryLosses.dropped.spans = 11
  telemetryLosses.dropped.logs = 12

  await metrics.registry.metrics()

  assert.deepEqual(await readMetric(metrics, 'telemetry_dropped_total'), { 'signal=spans': 11, 'signal=logs': 12 })
})
