// Each case of an api that does not answer as it should: the client gets a plain answer, and the journey counts exactly once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '@techmart/platform/testing'
import { checkout, seriesValue, startEdge, startUpstream } from './edge.ts'
import { recordJourneys } from './recorded-journeys.ts'

test('an api that nobody listens at is 503, and the journey counts as failed', async t => {
  const recorded = recordJourneys(t)
  const edge = await startEdge(t, {})

  const reply = await checkout(edge)

  const body = (await reply.json()) as { error: string; requestId: string }
  assert.equal(reply.status, 503)
  assert.equal(body.error, 'unavailable')
  assert.equal(body.requestId, reply.headers.get('x-request-id'))
  assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR'])
  assert.equal(await seriesValue(edge.metrics, 'gateway_errors_total', { reason: 'refused' }), 1)
  assert.equal(await seriesValue(edge.metrics, 'dependency_up', { dependency: 'api' }), 0)
})

test('an api that dies before it answers is 503, is asked once, and the journey counts as failed', async t => {
  const recorded = recordJourneys(t)
  let asked = 0
  const apiUrl = await startUpstream(t, request => {
    asked++
    request.resume().once('end', () => request.socket.destroy())
  })
  const edge = await startEdge(t, { apiUrl })

  const reply = await checkout(edge)

  assert.equal(reply.status, 503)
  assert.equal(asked, 1)
  assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR'])
  assert.equal(await seriesValue(edge.metrics, 'gateway_errors_total', { reason: 'reset' }), 1)
})

test('an api that dies in the middle of an uncounted reply breaks the connection, and the journey counts as failed', async t => {
  const recorded = recordJourneys(t)
  const apiUrl = await startUpstream(t, (request, reply) => {
    reply.writeHead(200, { 'content-length': '100' })
    reply.write('{"half":', () => request.socket.destroy())
  })
  const edge = await startEdge(t, { apiUrl })

  const reply = checkout(edge).then(answer => answer.text())

  await assert.rejects(reply)
  assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR'])
})

test('an api that is silent for too long is 504, and the journey counts as failed', async t => {
  const recorded = recordJourneys(t)
  const apiUrl = await startUpstream(t, () => {})
  const edge = await startEdge(t, { apiUrl }, { UPSTREAM_TIMEOUT_MS: 60 })

  const reply = await checkout(edge)

  assert.equal(reply.status, 504)
  assert.equal(((await reply.json()) as { error: string }).error, 'timeout')
  assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR'])
})

test('a failure that api counted itself passes as it is, without the marker', async t => {
  const recorded = recordJourneys(t)
  const words = { error: 'internal', message: 'Something went wrong.', requestId: 'r-11' }
  const apiUrl = await startUpstream(t, (_request, reply) => {
    reply.writeHead(500, { 'x-techmart-journey': 'counted', 'content-type': 'application/json' })
    reply.end(JSON.stringify(words))
  })
  const edge = await startEdge(t, { apiUrl })

  const reply = await checkout(edge)

  assert.equal(reply.status, 500)
  assert.deepEqual(await reply.json(), words)
  assert.equal(reply.headers.get('x-techmart-journey'), null)
  assert.deepEqual(recorded.journeys(), [])
  assert.equal(await seriesValue(edge.metrics, 'gateway_errors_total', { reason: 'upstream' }), 1)
})

test('a failure that nobody counted becomes a plain 503, and counts', async t => {
  const recorded = recordJourneys(t)
  const apiUrl = await startUpstream(t, (_request, reply) => {
    reply.writeHead(500, { 'content-type': 'text/plain' })
    reply.end('stack trace and all')
  })
  const edge = await startEdge(t, { apiUrl })

  const reply = await checkout(edge)

  assert.equal(reply.status, 503)
  assert.ok(!(await reply.text()).includes('stack trace'))
  assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR'])
})

test('a client that hangs up on an api that then dies leaves one failed journey', async t => {
  const recorded = recordJourneys(t)
  let hangUp = () => {}
  const apiUrl = await startUpstream(t, request => {
    hangUp = () => request.socket.destroy()
    impatient.abort()
  })
  const impatient = new AbortController()
  const edge = await startEdge(t, { apiUrl })

  await assert.rejects(checkout(edge, { signal: impatient.signal }))
  hangUp()

  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR']), { withinMs: 10_000 })
})

test('a route outside of journeys fails without being counted as one', async t => {
  const recorded = recordJourneys(t)
  const edge = await startEdge(t, {})

  const reply = await fetch(`${edge.url}/lab/faults`)

  assert.equal(reply.status, 503)
  assert.deepEqual(recorded.journeys(), [])
})

test('a refusal by the edge itself spends no budget', async t => {
  const recorded = recordJourneys(t)
  const edge = await startEdge(t, {})

  const reply = await checkout(edge, { headers: { authorization: 'Bearer guessed' } })

  assert.equal(reply.status, 401)
  assert.deepEqual(recorded.journeys(), [])
})
