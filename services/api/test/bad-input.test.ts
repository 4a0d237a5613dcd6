// Generated from the contracts: whatever is wrong with a request is refused before anything is asked or written.
import { test } from 'node:test'
import { publicRoutes } from '@techmart/contracts/public-routes'
import { checkRefusals } from '@techmart/platform/testing-bad-requests'
import { buildTestApp } from './build-test-app.ts'

for (const { route } of publicRoutes.filter(({ service }) => service === 'api')) {
  test(`${route.method} ${route.path} refuses whatever its schemas refuse, and names the field`, async t => {
    const { app } = buildTestApp(t)

    await checkRefusals(app, route)
  })
}
