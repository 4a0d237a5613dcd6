import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Role, roles } from '@techmart/contracts/identity'
import { type Access, adminAlone, anyone, defineRoute, staff } from '@techmart/contracts/route'
import Type from 'typebox'
import { addRoute } from '../src/http-app.ts'
import { buildTestApp } from '../src/testing.ts'

const lampRoute = (access?: Access) =>
  defineRoute({
    method: 'PUT',
    path: '/lamps/:id',
    summary: 'Sets a lamp.',
    ...(access === undefined ? {} : { access }),
    schema: {
      params: Type.Object({ id: Type.Integer() }),
      body: Type.Object({ sku: Type.Integer() }),
      response: { 200: Type.Object({ done: Type.Boolean() }) },
    },
  })

const statusFor = (role: Role, right: string) => (right !== 'none' ? 200 : role === 'anonymous' ? 401 : 403)

for (const { name, access } of [
  { name: 'anyone', access: anyone },
  { name: 'staff', access: staff },
  { name: 'the admin alone', access: adminAlone },
  { name: 'who owns it', access: { anonymous: 'none', user: 'own', admin: 'all', test: 'own' } satisfies Access },
]) {
  test(`a route for ${name} refuses those whose right is none, and nobody else`, async t => {
    const app = buildTestApp(t)
    addRoute(app, lampRoute(access), async () => ({ done: true }))

    const ask = (role: Role) =>
      app.inject({ method: 'PUT', url: '/lamps/11', payload: { sku: 12 }, headers: { 'x-techmart-role': role } })
    const statuses = await Promise.all(roles.map(async role => [role, (await ask(role)).statusCode]))

    assert.deepEqual(
      statuses,
      roles.map(role => [role, statusFor(role, access[role])]),
    )
  })
}

test('who has no right learns nothing of what a right request looks like', async t => {
  const app = buildTestApp(t)
  addRoute(app, lampRoute(adminAlone), async () => ({ done: true }))

  const reply = await app.inject({ method: 'PUT', url: '/lamps/eleven', payload: { wrong: true } })

  assert.equal(reply.statusCode, 401)
  assert.equal(reply.json().error, 'unauthorized')
})

test('a route between services asks nobody who they are', async t => {
  const app = buildTestApp(t)
  addRoute(app, lampRoute(), async () => ({ done: true }))

  const reply = await app.inject({ method: 'PUT', url: '/lamps/11', payload: { sku: 12 } })

  assert.equal(reply.statusCode, 200)
})
