import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { trace } from '@opentelemetry/api'
import { buildLog } from '@techmart/platform/log'
import { collectSpans } from '@techmart/platform/testing'
import winston from 'winston'

/** A log whose lines are kept in place of being printed. */
function buildCapturedLog(level = 'info') {
  const lines: Record<string, unknown>[] = []
  const log = buildLog({ service: 'lamps', level })
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  log.clear().add(new winston.transports.Stream({ stream, format: winston.format.json() }))
  return { log, lines }
}

test('a line has its level, message, service, time and the ids of the active span', t => {
  collectSpans(t)
  const { log, lines } = buildCapturedLog()

  const ids = trace.getTracer('test').startActiveSpan('handling', span => {
    log.info('lamp sold', { sku: 11 })
    return span.spanContext()
  })
  log.info('outside of a span')

  const { timestamp, ...line } = lines[0] ?? {}
  assert.deepEqual(line, {
    level: 'info',
    message: 'lamp sold',
    service: 'lamps',
    sku: 11,
    trace_id: ids.traceId,
    span_id: ids.spanId,
  })
  assert.ok(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 5_000)
  assert.equal('trace_id' in (lines[1] ?? {}), false)
})

test('the level is obeyed', () => {
  const { log, lines } = buildCapturedLog('warn')

  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](`a line of ${level}`)

  assert.deepEqual(
    lines.map(line => line.level),
    ['warn', 'error'],
  )
})

test('an error becomes plain fields, with the messages of its causes', () => {
  const { log, lines } = buildCapturedLog()
  const cause = new TypeError('the wire is loose')

  log.error('lamp broke', { error: new Error('no light', { cause }) })

  assert.equal(lines[0]?.['exception.type'], 'Error')
  assert.equal(lines[0]?.['exception.message'], 'no light: the wire is loose')
  assert.match(String(lines[0]?.['exception.stacktrace']), /log\.test\.ts/)
  assert.equal('error' in (lines[0] ?? {}), false)
})

test('e-mail addresses are blotted out of messages, fields, nested fields and errors', () => {
  const { log, lines } = buildCapturedLog()

  log.warn('mail for ada@techmart.example', {
    to: 'ada@techmart.example',
    order: { owner: 'ada@techmart.example', sku: 11 },
    error: new Error('no way to ada@techmart.example'),
  })

  assert.doesNotMatch(JSON.stringify(lines), /ada/)
  assert.deepEqual(lines[0]?.order, { owner: '[e-mail]', sku: 11 })
})

test('a field that cannot be written as JSON does not break the line', () => {
  const { log, lines } = buildCapturedLog()
  const cyclic: Record<string, unknown> = {}
  cyclic.itself = cyclic

  log.info('odd fields', { cyclic, big: 11n, nothing: undefined })

  assert.equal(lines[0]?.message, 'odd fields')
})
