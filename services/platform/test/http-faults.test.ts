// Faults at requests of a real server: what callers see, and how marks come in and go on.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { context, propagation } from '@opentelemetry/api'
import type { Fault } from '@techmart/contracts/faults'
import { defineRoute } from '@techmart/contracts/route'
import { Country } from '@techmart/contracts/shop'
import { addRoute, type HttpAppOptions, listen } from '@techmart/platform/http-app'
import { buildTestApp, collectSpans } from '@techmart/platform/testing'
import Type from 'typebox'
import { buildFault, follow } from './fault-lab.ts'

const postParcel = defineRoute({
  method: 'POST',
  path: '/parcels',
  summary: 'A parcel; the answer is the baggage it was handled with.',
  journey: 'checkout',
  schema: {
    body: Type.Object({ country: Country }, { additionalProperties: false }),
    response: { 200: Type.Record(Type.String(), Type.String()) },
  },
})

async function startParcels(t: TestContext, list: Fault[], options: Partial<HttpAppOptions> = {}) {
  collectSpans(t)
  const { faults } = await follow(t, list)
  let handled = 0
  const app = buildTestApp(t, { faults, ...options })
  addRoute(app, postParcel, async () => {
    handled++
    const entries = propagation.getBaggage(context.active())?.getAllEntries() ?? []
    return Object.fromEntries(entries.map(([name, { value }]) => [name, value]))
  })
  const { port } = await listen(app, 0, { drainWaitMs: 0 })
  return {
    handled: () => handled,
    ask: (path: string, init: RequestInit = {}) => fetch(`http://localhost:${port}${path}`, init),
    send: (country: string, headers: Record<string, string> = {}) =>
      fetch(`http://localhost:${port}/parcels`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ country }),
      }),
  }
}

test('a refused request gets no byte of an answer, and is not handled', async t => {
  const { send, handled } = await startParcels(t, [buildFault({ kind: 'refuse', country: 'DE' })])

  await assert.rejects(send('DE'))
  const other = await send('FR')

  assert.equal(other.status, 200)
  assert.equal(handled(), 1)
})

test("a request's country goes on with it while a fault somewhere asks for one", async t => {
  const peace = await startParcels(t, [])
  const marked = await startParcels(t, [buildFault({ service: 'inventory', country: 'DE' })])

  assert.deepEqual(await (await peace.send('JP')).json(), { 'cuj.name': 'checkout' })
  assert.deepEqual(await (await marked.send('JP')).json(), { 'cuj.name': 'checkout', 'chaos.country': 'JP' })
})

test("a caller's own word is believed at the edge and nowhere else", async t => {
  const header = { name: 'x-chaos', value: 'canary' } as const
  const edge = await startParcels(t, [buildFault({ header })], { isEdge: true })
  const inside = await startParcels(t, [buildFault({ header })])

  assert.equal((await edge.send('US', { 'x-chaos': 'canary' })).status, 503)
  assert.equal((await edge.send('US', { 'x-chaos': 'other' })).status, 200)
  assert.equal((await edge.send('US')).status, 200)
  assert.equal((await inside.send('US', { 'x-chaos': 'canary' })).status, 200)
})

test('health and metrics answer while every route fails', async t => {
  const { ask, send } = await startParcels(t, [buildFault()])

  assert.equal((await send('US')).status, 503)
  assert.equal((await ask('/health')).status, 200)
  assert.equal((await ask('/metrics')).status, 200)
})
