import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  beginJourney,
  consumerContext,
  endJourney,
  findJourneyName,
  journeyContext,
  noteOutcome,
  recordFailedJourney,
  stampJourney,
  withJourney,
} from '@techmart/platform/journey'
import { outOfStock } from '@techmart/platform/refusals'
import { collectSpans } from '@techmart/platform/testing'

const startSpan = (name: string) => trace.getTracer('test').startSpan(name)

test('a journey is a span cuj.<name>; what runs inside is below it and carries the name', async t => {
  const collected = collectSpans(t)

  const result = await withJourney('product-search', async () => {
    startSpan('inside').end()
    return 11
  })

  const event = collected.get('cuj.product-search')
  assert.equal(result, 11)
  assert.deepEqual(event.attributes, { 'cuj.name': 'product-search', 'cuj.critical': true, 'cuj.outcome': 'ok' })
  assert.equal(event.status.code, SpanStatusCode.OK)
  assert.equal(collected.get('inside').parentSpanContext?.spanId, event.spanContext().spanId)
  assert.equal(collected.get('inside').attributes['cuj.name'], 'product-search')
})

test('a refusal is an expected answer and is thrown on; a fault makes the event bad', async t => {
  const collected = collectSpans(t)

  await assert.rejects(withJourney('checkout', () => Promise.reject(outOfStock('none left'))))
  await assert.rejects(withJourney('order-lookup', () => Promise.reject(new Error('lost ada@techmart.example'))))

  assert.equal(collected.get('cuj.checkout').status.code, SpanStatusCode.OK)
  assert.equal(collected.get('cuj.checkout').attributes['cuj.outcome'], 'out_of_stock')
  const bad = collected.get('cuj.order-lookup')
  assert.deepEqual(bad.status, { code: SpanStatusCode.ERROR, message: 'lost [e-mail]' })
  assert.equal(bad.events[0]?.attributes?.['exception.message'], 'lost [e-mail]')
})

test('an outcome that was noted is kept, and noting outside of a journey does nothing', async t => {
  const collected = collectSpans(t)

  noteOutcome('nobody hears')
  await withJourney('checkout', async () => noteOutcome('without_segment'))

  assert.equal(collected.get('cuj.checkout').attributes['cuj.outcome'], 'without_segment')
})

test('the entry span above is stamped; inside another journey it keeps its first name', async t => {
  const collected = collectSpans(t)
  const entry = startSpan('entry')

  await context.with(trace.setSpan(context.active(), entry), () =>
    withJourney('checkout', () => withJourney('product-search', async () => {})),
  )
  entry.end()

  assert.equal(collected.get('entry').attributes['cuj.name'], 'checkout')
  assert.equal(collected.get('entry').attributes['cuj.critical'], true)
  assert.equal(collected.get('cuj.product-search').attributes['cuj.name'], 'product-search')
})

test('a journey that begins in a consumer renames the CONSUMER span that came with another one', async t => {
  const collected = collectSpans(t)
  const incoming = journeyContext('product-upload')
  const consumer = trace.getTracer('test').startSpan('process uploads', {}, incoming)

  await context.with(consumerContext(consumer, trace.setSpan(incoming, consumer)), async () => {
    startSpan('before').end()
    await withJourney('product-upload-job', async () => startSpan('inside').end())
  })
  consumer.end()

  assert.equal(collected.get('before').attributes['cuj.name'], 'product-upload')
  assert.equal(collected.get('process uploads').attributes['cuj.name'], 'product-upload-job')
  assert.equal(collected.get('inside').attributes['cuj.name'], 'product-upload-job')
})

test('the baggage of a journey has its name and nothing else', t => {
  collectSpans(t)
  const foreign = propagation.setBaggage(
    context.active(),
    propagation.createBaggage({ email: { value: 'ada@techmart.example' } }),
  )

  const inside = journeyContext('checkout', foreign)

  assert.deepEqual(propagation.getBaggage(inside)?.getAllEntries(), [['cuj.name', { value: 'checkout' }]])
  assert.equal(findJourneyName(inside), 'checkout')
})

test('a name that could not be a label value is refused', () => {
  assert.throws(() => journeyContext('Check out!'), /cannot be called 'Check out!'/)
})

test('an event that never reached its service is one bad cuj span below the SERVER span', t => {
  const collected = collectSpans(t)
  const server = startSpan('POST /api/orders')

  context.with(trace.setSpan(context.active(), server), () => {
    stampJourney('checkout')
    recordFailedJourney('checkout', new Error('api cannot be reached'))
  })
  server.end()

  const event = collected.get('cuj.checkout')
  assert.equal(event.status.code, SpanStatusCode.ERROR)
  assert.equal(event.attributes['cuj.outcome'], 'unreachable')
  assert.equal(event.parentSpanContext?.spanId, server.spanContext().spanId)
  assert.equal(collected.get('POST /api/orders').attributes['cuj.name'], 'checkout')
})

test('an event may begin when its customer began to wait, but not in the future', t => {
  const collected = collectSpans(t)
  const since = new Date(Date.now() - 5_000)

  endJourney(beginJourney('waited', undefined, { startTime: since }), { ended: 'ok' })
  endJourney(beginJourney('hurried', undefined, { startTime: new Date(Date.now() + 60_000) }), { ended: 'ok' })

  const lasted = (name: string) => collected.get(name).duration[0] * 1_000 + collected.get(name).duration[1] / 1e6
  assert.ok(lasted('cuj.waited') >= 5_000)
  assert.ok(lasted('cuj.hurried') >= 0 && lasted('cuj.hurried') < 5_000)
})
