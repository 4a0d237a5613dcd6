// Trouble that a test makes for a while: a fault of the lab's own, or a collector that cannot do its work.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import type { Scenario } from '../../chaos/scenario.ts'
import { ask, compose, urls } from './lab.ts'

/** Ends with the test, or before by the function that is returned. */
export async function startFault(
  t: TestContext,
  scenario: string,
  fault: Scenario['faults'][number],
): Promise<() => Promise<void>> {
  const answer = await ask(`${urls.store}/lab/faults`, {
    method: 'POST',
    json: { scenario, reason: 'to see what a panel shows', durationSeconds: 900, ...fault },
  })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const stop = async () => {
    await ask(`${urls.store}/lab/faults/${answer.body.id}`, { method: 'DELETE' })
  }
  t.after(stop)
  return stop
}

const exporters = ['tempo', 'loki', 'prometheus'].map(store => `otlp_http/${store}`)

/** Nobody answers there with anything but 404: a refusal, which is not tried again. */
export const storesThatRefuse = exporters.map(exporter => `exporters.${exporter}.endpoint=http://lab:3007/nowhere`)

/** In bytes: the smallest batch is larger. */
export const tinyQueues = exporters.flatMap(exporter => [
  `exporters.${exporter}.sending_queue.queue_size=20`,
  ...(exporter.endsWith('tempo')
    ? []
    : [
        `exporters.${exporter}.sending_queue.batch.min_size=10`,
        `exporters.${exporter}.sending_queue.batch.max_size=10`,
      ]),
])

/** Starts the collector again with other settings, and as it was when the test ends. */
export async function changeCollector(t: TestContext, settings: readonly string[]): Promise<void> {
  const config = JSON.parse(await compose('config', '--format', 'json'))
  const { command, environment } = config.services['otel-collector']
  const override = {
    services: {
      'otel-collector': { command: [...command, ...settings.map(setting => `--set=${setting}`)], environment },
    },
  }
  await mkdir('.lab', { recursive: true })
  const file = '.lab/changed-collector.json'
  await writeFile(file, JSON.stringify(override))
  const start = (...files: string[]) => compose(...files, 'up', '-d', '--no-deps', '--no-build', 'otel-collector')
  await start('-f', file)
  t.after(() => start())
}

/** More combinations of labels than the collector keeps apart for one service. */
export async function sendManySpanNames(count: number): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n
  const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')
  const spans = Array.from({ length: count }, (_, n) => ({
    traceId: hex(n + 1, 32),
    spanId: hex(n + 1, 16),
    name: `name ${n}`,
    kind: 1,
    startTimeUnixNano: String(now - 1_000_000n),
    endTimeUnixNano: String(now),
  }))
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'too-many-names' } }] }
  const answer = await ask(`${urls.otlp}/v1/traces`, {
    method: 'POST',
    json: { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] },
  })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}
