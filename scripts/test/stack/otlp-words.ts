// What somebody's own service would send to the collector: spans of a journey, and counters.
import assert from 'node:assert/strict'
import { ask, urls } from './lab.ts'

const nanos = (ms: number): string => `${ms}000000`
const hex = (bytes: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
const toAttributes = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([key, value]) => ({ key, value: { stringValue: value } }))

async function send(signal: 'traces' | 'metrics', body: unknown): Promise<void> {
  const answer = await ask(`${urls.otlp}/v1/${signal}`, { method: 'POST', json: body })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}

/** `count` good events of a journey, now. */
export function sendJourney(service: string, journey: string, count: number): Promise<void> {
  const spans = Array.from({ length: count }, () => ({
    traceId: hex(16),
    spanId: hex(8),
    name: `cuj.${journey}`,
    kind: 1,
    startTimeUnixNano: nanos(Date.now() - 40),
    endTimeUnixNano: nanos(Date.now()),
    status: { code: 1 },
    attributes: toAttributes({ 'cuj.name': journey }),
  }))
  const resource = { attributes: toAttributes({ 'service.name': service }) }
  return send('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
}

/** Where a counter stands, by labels. */
export function sendCounter(
  service: string,
  name: string,
  startedAtMs: number,
  values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[],
): Promise<void> {
  const dataPoints = values.map(({ labels, value }) => ({
    asInt: String(value),
    startTimeUnixNano: nanos(startedAtMs),
    timeUnixNano: nanos(Date.now()),
    attributes: toAttributes(labels),
  }))
  const sum = { dataPoints, aggregationTemporality: 2, isMonotonic: true }
  const resource = { attributes: toAttributes({ 'service.name': service }) }
  return send('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name, sum }] }] }] })
}
