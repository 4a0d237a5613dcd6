// Generated from the contracts: whatever is wrong with a request is refused before anything is asked or written.
import { test } from 'node:test'
import { publicRoutes } from '@techmart/contracts/public-routes'
import { badRequestsOf, checkRefusal } from '@techmart/platform/testing-bad-requests'
import { buildTestApp } from './build-test-app.ts'

for (const { route } of publicRoutes.filter(({ service }) => service === 'users')) {
  test(`${route.method} ${route.path} refuses whatever its schemas refuse, and names the field`, async t => {
    const { app } = buildTestApp(t)

    for (const bad of badRequestsOf(route)) {
      const { url, headers, body } = bad
      const reply = await app.inject({
        method: route.method,
        url,
        headers: { ...headers, 'x-techmart-role': 'admin' },
        ...(body === undefined ? {} : { body }),
      })
      checkRefusal(bad, { status: reply.statusCode, text: reply.body })
    }
  })
}
