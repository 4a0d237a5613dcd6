import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { defineRoute } from '@techmart/contracts/route'
import { addRoute, listen } from '@techmart/platform/http-app'
import { buildMetrics, dependencyUp } from '@techmart/platform/metrics'
import { buildTestApp, eventually } from '@techmart/platform/testing'
import Type from 'typebox'

const postLamp = defineRoute({
  method: 'POST',
  path: '/lamps',
  summary: 'Adds a lamp.',
  schema: { body: Type.Object({ sku: Type.Integer() }), response: { 200: Type.Object({ sku: Type.Integer() }) } },
})

test('health names each dependency, readiness says 503 when not ready, metrics have dependency_up', async t => {
  const app = buildTestApp(t, {
    readiness: async () => ({ ready: false, dependencies: { postgres: 'up', kafka: 'down' } }),
  })

  const [health, ready, metrics] = await Promise.all(
    ['/health', '/ready', '/metrics'].map(url => app.inject({ method: 'GET', url })),
  )

  assert.equal(health?.statusCode, 200)
  assert.deepEqual(health?.json(), {
    service: 'test-service',
    status: 'degraded',
    dependencies: { postgres: 'up', kafka: 'down' },
  })
  assert.equal(ready?.statusCode, 503)
  assert.match(metrics?.body ?? '', /dependency_up\{dependency="postgres"\} 1\ndependency_up\{dependency="kafka"\} 0/)
  assert.match(metrics?.body ?? '', /nodejs_eventloop_lag_seconds/)
})

test('health also tells of those that were called, as they were at the last call', async t => {
  const metrics = buildMetrics()
  const app = buildTestApp(t, { metrics, readiness: async () => ({ ready: true, dependencies: { postgres: 'up' } }) })
  dependencyUp(metrics).set({ dependency: 'payments' }, 0)
  dependencyUp(metrics).set({ dependency: 'postgres' }, 0)

  const health = await app.inject({ method: 'GET', url: '/health' })

  assert.deepEqual(health.json().dependencies, { payments: 'down', postgres: 'up' })
})

test('a readiness that fails is "not ready" and never an error', async t => {
  const app = buildTestApp(t, { readiness: () => Promise.reject(new Error('no way to tell')) })

  const reply = await app.inject({ method: 'GET', url: '/ready' })

  assert.equal(reply.statusCode, 503)
  assert.equal(reply.json().ready, false)
})

test('draining turns readiness off, asks callers to close, lets requests in flight end, and is quick', {
  timeout: 5_000,
}, async t => {
  let finish = () => {}
  const handling = new Promise<void>(resolve => {
    finish = resolve
  })
  const app = buildTestApp(t)
  addRoute(app, postLamp, async request => {
    await handling
    return request.body
  })
  const stopping = new AbortController()
  const listening = await listen(app, 0, { stopping: stopping.signal, drainWaitMs: 100 })
  const address = `http://localhost:${listening.port}`
  const inFlight = fetch(`${address}/lamps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"sku":12}',
  })
  await eventually(async () => assert.match(await (await fetch(`${address}/metrics`)).text(), /in_flight 1/), {
    withinMs: 10_000,
  })

  stopping.abort()
  const ready = await statusAndConnection(`${address}/ready`)
  const closed = listening[Symbol.asyncDispose]()
  finish()

  assert.deepEqual(ready, [503, 'close'])
  assert.equal((await inFlight).status, 200)
  await closed
  await assert.rejects(fetch(`${address}/ready`))
})

/** By node:http, since fetch does not show the connection header. */
function statusAndConnection(url: string): Promise<[number | undefined, string | undefined]> {
  return new Promise((resolve, reject) => {
    httpRequest(url, response => {
      response.resume()
      resolve([response.statusCode, response.headers.connection])
    })
      .on('error', reject)
      .end()
  })
}
