// Every part takes its configuration, as Compose hands it over; and what the collector's configuration must never lose.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parse } from 'yaml'
import { findComposeService, hasImage, rootFolder, runImage } from '../lib/images.ts'
import { runPromtool } from '../lib/promtool.ts'

interface Exporter {
  retry_on_failure: { max_elapsed_time: string }
  sending_queue: { storage?: string; sizer?: string; queue_size: number | string; num_consumers?: number }
}
interface Pipeline {
  receivers: string[]
  processors: string[]
  exporters: string[]
}
type Statements = readonly { context: string; statements: readonly string[] }[]
interface CollectorConfig {
  connectors: Record<string, unknown>
  exporters: Record<string, Exporter>
  processors: Record<string, Record<string, unknown>>
  service: { pipelines: Record<string, Pipeline> }
}

const collector = parse(await readFile(`${rootFolder}/collector/config.yaml`, 'utf8')) as CollectorConfig
const { pipelines } = collector.service

async function validateCollector(...moreFiles: readonly string[]) {
  const { image, command = [] } = await findComposeService('otel-collector')
  const more = moreFiles.map(file => `--config=/etc/otelcol-contrib/${file}`)
  return runImage(image, ['collector', '/etc/otelcol-contrib'], ['validate', ...command, ...more])
}

test('the collector takes its configuration', async () => {
  const result = await validateCollector()

  assert.equal(result.code, 0, result.output)
})

test('the collector takes its configuration with tail sampling', async () => {
  const result = await validateCollector('tail-sampling.yaml')

  assert.equal(result.code, 0, result.output)
})

test('Prometheus takes its configuration', async () => {
  const result = await runPromtool(rootFolder, ['check', 'config', 'prometheus/prometheus.yml'])

  assert.equal(result.code, 0, result.output)
})

test('Loki takes its configuration', async () => {
  const { image, command = [] } = await findComposeService('loki')

  const result = await runImage(
    image,
    ['loki/loki.yaml', '/etc/loki/local-config.yaml'],
    [...command, '-verify-config'],
  )

  assert.equal(result.code, 0, result.output)
})

test('Tempo takes its configuration', async t => {
  const { image, command = [] } = await findComposeService('tempo')
  if (!(await hasImage(image))) return t.skip(`${image} is not on this machine and cannot be built from packages`)

  const result = await runImage(
    image,
    ['tempo/tempo.yaml', '/etc/tempo/tempo.yaml'],
    [...command, '-config.verify=true'],
  )

  assert.equal(result.code, 0, result.output)
})

test('what the collector refuses is refused before it is counted', () => {
  for (const [name, { receivers, processors }] of Object.entries(pipelines)) {
    if (receivers.some(receiver => receiver in collector.connectors) && !processors.includes('memory_limiter')) continue
    assert.equal(processors[0], 'memory_limiter', `${name} begins with ${processors[0]}`)
  }
})

test('no pipeline counts and stores', () => {
  const isStore = (exporter: string) => exporter in collector.exporters
  for (const [name, { exporters }] of Object.entries(pipelines)) {
    if (!exporters.includes('span_metrics')) continue
    assert.deepEqual(exporters.filter(isStore), [], `${name} would share a store's error with the counts`)
  }
  assert.deepEqual(pipelines.traces?.exporters, ['forward/count', 'forward/store'])
  assert.ok(pipelines['traces/store']?.processors.some(processor => processor.startsWith('batch')))
})

test('no backend that is down loses what fits on disk', () => {
  for (const [name, { retry_on_failure, sending_queue }] of Object.entries(collector.exporters)) {
    assert.equal(retry_on_failure.max_elapsed_time, '0s', `${name} gives up`)
    assert.equal(sending_queue.storage, 'file_storage/queue', `${name} forgets at a restart`)
    assert.equal(sending_queue.sizer, 'bytes', `${name} has a queue without a limit on the disk it takes`)
    assert.ok(sending_queue.queue_size, `${name} has no limit`)
  }
  assert.equal(collector.exporters['otlp_http/prometheus']?.sending_queue.num_consumers, 1, 'samples would overtake')
})

// A list of statements is run once for each item of the deepest context that is named in it: one word about span events in a
// list about spans, and every span without events is left alone, silently.
test('each group of statements stays in its context', () => {
  for (const [name, processor] of Object.entries(collector.processors)) {
    if (!name.startsWith('transform/')) continue
    for (const signal of ['trace_statements', 'log_statements', 'metric_statements']) {
      for (const { context, statements } of (processor[signal] ?? []) as Statements) {
        const others = ['span', 'spanevent', 'log', 'datapoint', 'metric'].filter(other => other !== context)
        for (const statement of statements) {
          const strays = others.filter(other =>
            new RegExp(`\\b${other}\\.[a-z]`).test(statement.replaceAll(/"[^"]*"/g, '')),
          )
          assert.deepEqual(strays, [], `${name}, ${context}: ${statement}`)
        }
      }
    }
  }
})
