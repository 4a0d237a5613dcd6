// The gateway before an app built like api's: between the two of them, a request is one event, whoever hangs up first.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { placeOrder } from '@techmart/contracts/order-routes'
import { addRoute, buildHttpApp } from '@techmart/platform/http-app'
import { buildMetrics } from '@techmart/platform/metrics'
import { outOfStock } from '@techmart/platform/refusals'
import { eventually, fakeLog } from '@techmart/platform/testing'
import type { FastifyReply } from 'fastify'
import { checkout, startEdge, urlOf } from './edge.ts'
import { recordJourneys } from './recorded-journeys.ts'

async function startApi(t: TestContext, place: (reply: FastifyReply) => Promise<FastifyReply>): Promise<string> {
  const readiness = async () => ({ ready: true, dependencies: {} })
  const app = buildHttpApp({ service: 'api', log: fakeLog(), metrics: buildMetrics(), readiness })
  addRoute(app, placeOrder, (_request, reply) => place(reply))
  await app.listen({ host: '127.0.0.1', port: 0 })
  // Answers what it was asked before it goes: cut off, the edge would count a failure, and the next test would see it.
  t.after(() => app.close())
  return urlOf(app.server)
}

/** Past the response schema: what an order looks like is not the matter here. */
const placed = (reply: FastifyReply): FastifyReply => reply.code(201).serializer(String).send('placed')

test('an order that is placed is one good event, counted by api', async t => {
  const recorded = recordJourneys(t)
  const edge = await startEdge(t, { apiUrl: await startApi(t, async reply => placed(reply)) })

  const reply = await checkout(edge)

  assert.equal(reply.status, 201)
  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout OK']), { withinMs: 10_000 })
})

test('an expected refusal is one good event', async t => {
  const recorded = recordJourneys(t)
  const apiUrl = await startApi(t, async () => {
    throw outOfStock('One lamp is left.')
  })
  const edge = await startEdge(t, { apiUrl })

  const reply = await checkout(edge)

  assert.equal(reply.status, 409)
  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout OK']), { withinMs: 10_000 })
})

test('a failure in api is one bad event', async t => {
  const recorded = recordJourneys(t)
  const apiUrl = await startApi(t, async () => {
    throw new Error('The database is on fire.')
  })
  const edge = await startEdge(t, { apiUrl })

  const reply = await checkout(edge)

  assert.equal(reply.status, 500)
  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR']), { withinMs: 10_000 })
})

test('a client that hangs up while its order is placed leaves one good event', async t => {
  const recorded = recordJourneys(t)
  const impatient = new AbortController()
  const apiUrl = await startApi(t, async reply => {
    impatient.abort()
    await after(60)
    return placed(reply)
  })
  const edge = await startEdge(t, { apiUrl })

  await assert.rejects(checkout(edge, { signal: impatient.signal }))

  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout OK']), { withinMs: 10_000 })
})

test('an order whose client hung up is one good event, and the edge that stops waits for it', async t => {
  const recorded = recordJourneys(t)
  const impatient = new AbortController()
  const apiUrl = await startApi(t, async reply => {
    impatient.abort()
    await after(200)
    return placed(reply)
  })
  const edge = await startEdge(t, { apiUrl })
  await assert.rejects(checkout(edge, { signal: impatient.signal }))

  await edge.close()

  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout OK']), { withinMs: 10_000 })
})

test('a client that hangs up while a long reply streams leaves one good event', async t => {
  const recorded = recordJourneys(t)
  const apiUrl = await startApi(t, async reply => reply.code(201).serializer(String).send('long '.repeat(500_000)))
  const edge = await startEdge(t, { apiUrl })
  const impatient = new AbortController()

  const reply = await checkout(edge, { signal: impatient.signal })
  impatient.abort()

  assert.equal(reply.status, 201)
  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout OK']), { withinMs: 10_000 })
})

test('an api that answers after the edge gave up is one bad event; its own span is called late', async t => {
  const recorded = recordJourneys(t)
  const apiUrl = await startApi(t, async reply => {
    await after(150)
    return placed(reply)
  })
  const edge = await startEdge(t, { apiUrl }, { UPSTREAM_TIMEOUT_MS: 50 })

  const reply = await checkout(edge)

  assert.equal(reply.status, 504)
  await eventually(() => assert.deepEqual(recorded.journeys(), ['cuj.checkout ERROR', 'late.checkout OK']), {
    withinMs: 10_000,
  })
})
