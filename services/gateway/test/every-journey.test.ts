// Each public route is taken from the contracts, its journey with it: a dead api is counted for all of them, those that are yet
// to come included.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicRoutes } from '@techmart/contracts/public-routes'
import { pathOf } from '@techmart/contracts/route'
import { startEdge } from './edge.ts'
import { recordJourneys } from './recorded-journeys.ts'

for (const { service, route } of publicRoutes.filter(({ route }) => route.journey !== undefined)) {
  test(`${route.method} ${route.path} with a dead ${service} is a failed ${route.journey}`, async t => {
    const recorded = recordJourneys(t)
    const edge = await startEdge(t, {})

    const reply = await fetch(edge.url + pathOf(route, { id: 11 }), {
      method: route.method,
      headers: { authorization: 'Bearer admin-token-456' },
      ...(route.method === 'GET' ? {} : { body: '{}' }),
    })
    await reply.body?.cancel()

    assert.equal(reply.status, 503)
    assert.deepEqual(recorded.journeys(), [`cuj.${route.journey} ERROR`])
  })
}
