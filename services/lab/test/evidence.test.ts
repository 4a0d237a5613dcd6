import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLogLines } from '../src/log-store-client.ts'
import { type StoredTrace, toTrace } from '../src/trace-store-client.ts'

const traceId = '5b8efff798038103d269b633813fc700'
const id = (hex: string): string => Buffer.from(hex.padStart(16, '0'), 'hex').toString('base64')

const span = (spanId: string, parent: string | undefined, name: string, startMs: number, endMs: number) => ({
  traceId: 'W47/95gDgQPSabYzgT/HAA==',
  spanId: id(spanId),
  ...(parent ? { parentSpanId: id(parent) } : {}),
  name,
  kind: 'SPAN_KIND_SERVER',
  startTimeUnixNano: `1763647200${String(startMs).padStart(3, '0')}000000`,
  endTimeUnixNano: `1763647200${String(endMs).padStart(3, '0')}500000`,
  status: name === 'charge' ? { code: 'STATUS_CODE_ERROR', message: 'no answer' } : {},
  attributes: [{ key: 'http.response.status_code', value: { intValue: '503' } }],
})

const batch = (service: string, spans: ReturnType<typeof span>[]) => ({
  resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
  scopeSpans: [{ spans }],
})

const stored: StoredTrace = {
  batches: [
    batch('payments', [span('c', 'b', 'charge', 30, 80)]),
    batch('api', [span('d', 'b', 'confirm', 85, 90), span('b', 'a', 'cuj.checkout', 10, 95)]),
    batch('gateway', [span('a', undefined, 'POST /api/orders', 0, 100)]),
    batch('notifications', [span('f', '99', 'process orders.placed.v1', 120, 130)]),
  ],
}

test('a trace is told parent before children, brothers by their start, strays at the top', () => {
  const trace = toTrace(traceId, stored)

  assert.deepEqual(
    trace?.spans.map(({ depth, service, name, offsetMs }) => [depth, service, name, offsetMs]),
    [
      [0, 'gateway', 'POST /api/orders', 0],
      [1, 'api', 'cuj.checkout', 10],
      [2, 'payments', 'charge', 30],
      [2, 'api', 'confirm', 85],
      [0, 'notifications', 'process orders.placed.v1', 120],
    ],
  )
  assert.equal(trace?.durationMs, 130.5)
  assert.equal(trace?.startedAt, '2025-11-20T14:00:00.000Z')
  assert.equal(trace?.missingParents, 1)
  const [, , charge] = trace?.spans ?? []
  assert.equal(charge?.status, 'error')
  assert.equal(charge?.statusMessage, 'no answer')
  assert.equal(charge?.durationMs, 50.5)
  assert.deepEqual(charge?.attributes, { 'http.response.status_code': 503 })
})

test('a trace without spans is none', () => {
  assert.equal(toTrace(traceId, { batches: [] }), undefined)
})

test('log lines of several streams are told in their order', () => {
  const lines = toLogLines({
    data: {
      result: [
        {
          stream: { service_name: 'api', severity_text: 'INFO', span_id: 'b' },
          values: [['1763647200020000000', 'placed']],
        },
        { stream: { service_name: 'payments', detected_level: 'error' }, values: [['1763647200010000000', 'refused']] },
      ],
    },
  })

  assert.deepEqual(lines, [
    { at: '2025-11-20T14:00:00.010Z', service: 'payments', level: 'error', message: 'refused', spanId: '' },
    { at: '2025-11-20T14:00:00.020Z', service: 'api', level: 'info', message: 'placed', spanId: 'b' },
  ])
})
