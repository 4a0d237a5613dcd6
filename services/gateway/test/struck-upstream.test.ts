// Faults between the edge and an upstream: they end when the edge's own patience does, and what came too late is never sent.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Fault } from '@techmart/contracts/faults'
import { type Faults, followFaults } from '@techmart/platform/faults'
import { buildMetrics } from '@techmart/platform/metrics'
import { eventually, fakeLog } from '@techmart/platform/testing'
import { openUpstream } from '../src/upstream.ts'
import { checkout, startEdge, startUpstream } from './edge.ts'
import { recordJourneys } from './recorded-journeys.ts'

/** Faults of the gateway's calls to api, as the lab lists them; `held` counts the calls that came to them. */
async function strikeApi(t: TestContext, fields: Pick<Fault, 'kind' | 'latencyMs'>) {
  const now = Date.now()
  const fault: Fault = {
    id: '11111111-1111-4111-8111-000000000011',
    scenario: 'edge-struck',
    service: 'gateway',
    point: 'http-client',
    target: 'api',
    ratio: 1,
    reason: 'a test',
    startsAt: new Date(now - 1_000).toISOString(),
    endsAt: new Date(now + 60_000).toISOString(),
    ...fields,
  }
  const labUrl = await startUpstream(t, (_request, reply) => reply.end(JSON.stringify({ faults: [fault] })))
  const followed = followFaults({ service: 'gateway', labUrl, log: fakeLog(), pollMs: 10 })
  t.after(() => followed[Symbol.asyncDispose]())
  await eventually(() => assert.ok(followed.areActive()), { withinMs: 10_000 })
  const counted = { held: 0 }
  const faults: Faults = {
    ...followed,
    strike: (point, what) => {
      counted.held++
      return followed.strike(point, what)
    },
  }
  return { faults, counted }
}

async function startApi(t: TestContext) {
  const api = { asked: 0, url: '' }
  api.url = await startUpstream(t, (_request, reply) => {
    api.asked++
    reply.end('{}')
  })
  return api
}

for (const fields of [{ kind: 'hang' }, { kind: 'latency', latencyMs: 30_000 }] as const) {
  test(`a call under ${fields.kind} is given up like a silent upstream, unsent`, { timeout: 10_000 }, async t => {
    const { faults } = await strikeApi(t, fields)
    const api = await startApi(t)
    const metrics = buildMetrics()
    const upstream = openUpstream({ dependency: 'api', baseUrl: api.url, timeoutMs: 60, faults, metrics })
    t.after(() => upstream[Symbol.asyncDispose]())

    const sent = upstream.send({ method: 'POST', target: '/api/orders', headers: {}, body: undefined })

    await assert.rejects(sent, { kind: 'timeout', dependency: 'api', status: 504 })
    assert.equal(api.asked, 0)
  })

  test(`a client that hangs up under ${fields.kind} ends the call; it is never sent`, { timeout: 10_000 }, async t => {
    const recorded = recordJourneys(t)
    const { faults, counted } = await strikeApi(t, fields)
    const api = await startApi(t)
    const edge = await startEdge(t, { apiUrl: api.url }, { UPSTREAM_TIMEOUT_MS: 60_000 }, faults)
    const impatient = new AbortController()
    const reply = assert.rejects(checkout(edge, { signal: impatient.signal }))
    await eventually(() => assert.equal(counted.held, 1), { withinMs: 5_000 })

    impatient.abort()

    await reply
    await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR']), { withinMs: 5_000 })
    assert.equal(api.asked, 0)
  })
}

test('what a short delay leaves of the time is all that the upstream has', { timeout: 10_000 }, async t => {
  const { faults } = await strikeApi(t, { kind: 'latency', latencyMs: 700 })
  const apiUrl = await startUpstream(t, () => {})
  const metrics = buildMetrics()
  const upstream = openUpstream({ dependency: 'api', baseUrl: apiUrl, timeoutMs: 1_000, faults, metrics })
  t.after(() => upstream[Symbol.asyncDispose]())
  const startedAt = performance.now()

  const sent = upstream.send({ method: 'POST', target: '/api/orders', headers: {}, body: undefined })

  await assert.rejects(sent, { kind: 'timeout' })
  const ms = performance.now() - startedAt
  assert.ok(ms >= 990 && ms < 1_600, `${ms} ms`)
})
