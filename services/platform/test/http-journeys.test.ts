import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { type TestContext, test } from 'node:test'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { defineRoute } from '@techmart/contracts/route'
import { addRoute, type HttpAppOptions, listen } from '@techmart/platform/http-app'
import { findJourneyName, noteOutcome } from '@techmart/platform/journey'
import { outOfStock } from '@techmart/platform/refusals'
import { buildTestApp, collectSpans, eventually } from '@techmart/platform/testing'
import Type from 'typebox'

const wishes = ['fine', 'refused', 'noted', 'fault'] as const
const postWish = defineRoute({
  method: 'POST',
  path: '/wishes',
  summary: 'A wish.',
  journey: 'checkout',
  bodyLimitBytes: 100,
  schema: {
    body: Type.Object({ wish: Type.Enum([...wishes]) }, { additionalProperties: false }),
    response: { 201: Type.Object({ granted: Type.Boolean() }) },
  },
})

type Handling = () => Promise<void>

/** Listens for real: bodies that come over a socket are what loses a context. */
async function startWishes(t: TestContext, handling: Handling = async () => {}, options: Partial<HttpAppOptions> = {}) {
  const app = buildTestApp(t, options)
  addRoute(app, postWish, async (request, reply) => {
    await handling()
    if (request.body.wish === 'refused') throw outOfStock('none left')
    if (request.body.wish === 'fault') throw new Error('the wire is loose')
    if (request.body.wish === 'noted') noteOutcome('granted_late')
    reply.code(201)
    return { granted: true }
  })
  const listening = await listen(app, 0, { drainWaitMs: 0 })
  return (body: string) =>
    fetch(`http://localhost:${listening.port}/wishes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
}

for (const { what, body, status, code, outcome } of [
  { what: 'a success', body: '{"wish":"fine"}', status: 201, code: SpanStatusCode.OK, outcome: 'ok' },
  {
    what: 'an outcome that was noted',
    body: '{"wish":"noted"}',
    status: 201,
    code: SpanStatusCode.OK,
    outcome: 'granted_late',
  },
  { what: 'a refusal', body: '{"wish":"refused"}', status: 409, code: SpanStatusCode.OK, outcome: 'out_of_stock' },
  { what: 'a wrong field', body: '{"wish":"other"}', status: 400, code: SpanStatusCode.OK, outcome: 'invalid' },
  { what: 'broken JSON', body: '{"wish', status: 400, code: SpanStatusCode.OK, outcome: 'invalid' },
  {
    what: 'a large body',
    body: JSON.stringify({ wish: 'x'.repeat(200) }),
    status: 413,
    code: SpanStatusCode.OK,
    outcome: 'too_large',
  },
  { what: 'a fault', body: '{"wish":"fault"}', status: 500, code: SpanStatusCode.ERROR, outcome: 'failed' },
]) {
  test(`${what} is one event that ends with the outcome ${outcome}, and says it was counted`, async t => {
    const collected = collectSpans(t)
    const wish = await startWishes(t)

    const reply = await wish(body)

    const span = await eventually(() => collected.get('cuj.checkout'), { withinMs: 10_000 })
    assert.equal(reply.status, status)
    assert.equal(reply.headers.get('x-techmart-journey'), 'counted')
    assert.equal(span.status.code, code)
    assert.equal(span.attributes['cuj.outcome'], outcome)
    assert.equal(span.events.length, code === SpanStatusCode.ERROR ? 1 : 0)
  })
}

test('the handler runs inside the journey, though the body came over a socket', async t => {
  const collected = collectSpans(t)
  let seen: string | undefined
  const wish = await startWishes(t, async () => {
    seen = findJourneyName()
    trace.getTracer('test').startSpan('inside').end()
  })

  await wish('{"wish":"fine"}')

  const event = await eventually(() => collected.get('cuj.checkout'), { withinMs: 10_000 })
  assert.equal(seen, 'checkout')
  assert.equal(collected.get('inside').parentSpanContext?.spanId, event.spanContext().spanId)
  assert.equal(collected.get('inside').attributes['cuj.name'], 'checkout')
})

test('two requests at once keep their journeys apart', async t => {
  const collected = collectSpans(t)
  const wish = await startWishes(t, async () => {
    await new Promise(setImmediate)
    trace.getTracer('test').startSpan('inside').end()
    assert.ok(trace.getSpan(context.active()))
  })

  await Promise.all([wish('{"wish":"fine"}'), wish('{"wish":"refused"}')])

  await eventually(() => assert.equal(collected.spans.filter(span => span.name === 'cuj.checkout').length, 2), {
    withinMs: 10_000,
  })
  const parents = collected.spans.filter(span => span.name === 'inside').map(span => span.parentSpanContext?.spanId)
  assert.equal(new Set(parents).size, 2)
})

test('a request that takes too long is a bad event', async t => {
  const collected = collectSpans(t)
  const wish = await startWishes(t, () => new Promise(resolve => setTimeout(resolve, 200).unref()), {
    requestTimeoutMs: 40,
  })

  const reply = await wish('{"wish":"fine"}')

  const span = await eventually(() => collected.get('cuj.checkout'), { withinMs: 10_000 })
  assert.equal(reply.status, 504)
  assert.equal(span.status.code, SpanStatusCode.ERROR)
})

test('a journey that ends after its caller hung up is called late and is no event', async t => {
  const collected = collectSpans(t)
  let finish = () => {}
  let began = false
  const app = buildTestApp(t)
  addRoute(app, postWish, async (_request, reply) => {
    began = true
    await new Promise<void>(resolve => {
      finish = resolve
    })
    reply.code(201)
    return { granted: true }
  })
  const listening = await listen(app, 0, { drainWaitMs: 0 })
  const caller = httpRequest(`http://localhost:${listening.port}/wishes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  }).on('error', () => {})
  caller.end('{"wish":"fine"}')
  await eventually(() => assert.ok(began), { withinMs: 10_000 })

  caller.destroy()
  await new Promise(resolve => setTimeout(resolve, 30))
  assert.equal(collected.spans.length, 0)
  finish()

  const span = await eventually(() => collected.get('late.checkout'), { withinMs: 10_000 })
  assert.equal(span.attributes['cuj.name'], 'checkout')
  assert.equal(
    collected.spans.some(candidate => candidate.name.startsWith('cuj.')),
    false,
  )
})
