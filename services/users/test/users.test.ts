import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMetric } from '@techmart/platform/testing'
import { as, buildTestApp } from './build-test-app.ts'
import { ada, grace } from './fakes.ts'

const newcomer = { email: 'Linus@techmart.example', name: 'Linus', country: 'DE' } as const

test('whoever signs up is a new customer without orders, counted by country and told of by one message', async t => {
  const { app, users, metrics, log } = buildTestApp(t)

  const reply = await app.inject({ method: 'POST', url: '/api/users', body: newcomer })

  const user = reply.json()
  assert.equal(reply.statusCode, 201)
  assert.deepEqual(
    { ...user, id: 'any', createdAt: 'any' },
    { id: 'any', createdAt: 'any', ...newcomer, segment: 'new', orders: { count: 0, totalCents: 0, lastAt: null } },
  )
  assert.equal((await readMetric(metrics, 'users_created_total'))['country=DE'], 1)
  assert.deepEqual(
    users.told.map(({ userId, email, name, country, createdAt }) => ({ userId, email, name, country, createdAt })),
    [{ userId: user.id, ...newcomer, createdAt: user.createdAt }],
  )
  assert.ok(!JSON.stringify(log.lines).includes('Linus'))
})

test('an address signs up once, whatever the case it is typed in', async t => {
  const { app, users, metrics } = buildTestApp(t)

  const reply = await app.inject({
    method: 'POST',
    url: '/api/users',
    body: { ...newcomer, email: 'ADA@techmart.example' },
  })

  assert.equal(reply.statusCode, 409)
  assert.equal(reply.json().error, 'conflict')
  assert.equal(reply.json().field, 'body.email')
  assert.deepEqual(users.told, [])
  assert.equal((await readMetric(metrics, 'users_created_total'))['country=DE'], 0)
})

test('a customer signs up nobody else', async t => {
  const { app, users } = buildTestApp(t)

  const reply = await app.inject({
    method: 'POST',
    url: '/api/users',
    headers: as('user', ada.email),
    body: newcomer,
  })

  assert.equal(reply.statusCode, 403)
  assert.equal(users.all().length, 2)
})

test('what is wrong with a sign-up is named', async t => {
  const { app } = buildTestApp(t)
  const bad: [Record<string, unknown>, string][] = [
    [{ ...newcomer, email: 'nobody' }, 'body.email'],
    [{ ...newcomer, name: '   ' }, 'body.name'],
    [{ ...newcomer, country: 'XX' }, 'body.country'],
    [{ ...newcomer, segment: 'vip' }, 'body.segment'],
  ]

  for (const [body, field] of bad) {
    const reply = await app.inject({ method: 'POST', url: '/api/users', body })

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().field, field)
  }
})

test('a customer sees and changes themselves, and nobody else', async t => {
  const { app, users } = buildTestApp(t)
  const headers = as('user', 'ADA@techmart.example')

  const seen = await app.inject({ method: 'GET', url: `/api/users/${ada.id}`, headers })
  const changed = await app.inject({ method: 'PATCH', url: `/api/users/${ada.id}`, headers, body: { name: 'Ada L.' } })
  const others = await Promise.all(
    (['GET', 'PATCH', 'DELETE'] as const).map(method =>
      app.inject({
        method,
        url: `/api/users/${grace.id}`,
        headers,
        ...(method === 'PATCH' ? { body: { name: 'Mine' } } : {}),
      }),
    ),
  )

  assert.deepEqual(seen.json(), {
    id: ada.id,
    email: ada.email,
    name: 'Ada',
    country: 'GB',
    segment: 'vip',
    createdAt: '2026-01-11T10:00:00.000Z',
    orders: { count: 12, totalCents: 1_30, lastAt: '2026-11-11T10:00:00.000Z' },
  })
  assert.equal(changed.json().name, 'Ada L.')
  assert.equal(changed.json().country, 'GB')
  assert.deepEqual(
    others.map(reply => reply.statusCode),
    [403, 403, 403],
  )
  assert.deepEqual(await users.find(grace.id), grace)
})

test('without a token no customer is seen, and an admin and a test act for any', async t => {
  const { app, users } = buildTestApp(t)

  const unknown = await app.inject({ method: 'GET', url: `/api/users/${ada.id}` })
  const seen = await app.inject({ method: 'GET', url: `/api/users/${ada.id}`, headers: as('test') })
  const gone = await app.inject({ method: 'DELETE', url: `/api/users/${ada.id}`, headers: as('admin') })
  const again = await app.inject({ method: 'DELETE', url: `/api/users/${ada.id}`, headers: as('admin') })

  assert.equal(unknown.statusCode, 401)
  assert.equal(seen.statusCode, 200)
  assert.equal(gone.statusCode, 204)
  assert.equal(gone.body, '')
  assert.equal(again.statusCode, 404)
  assert.deepEqual(users.all(), [grace])
})

test('a change that changes nothing is no change', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'PATCH', url: `/api/users/${ada.id}`, headers: as('admin'), body: {} })

  assert.equal(reply.statusCode, 400)
})

test('the admin alone lists customers, by country and segment', async t => {
  const { app } = buildTestApp(t)
  const list = (url: string, headers: Record<string, string>) => app.inject({ method: 'GET', url, headers })

  const all = await list('/api/users', as('admin'))
  const some = await list('/api/users?country=US&segment=new', as('admin'))
  const refused = [
    await list('/api/users', {}),
    await list('/api/users', as('user', ada.email)),
    await list('/api/users', as('test')),
  ]

  assert.equal(all.json().total, 2)
  assert.deepEqual(
    some.json().users.map((user: { name: string }) => user.name),
    ['Grace'],
  )
  assert.deepEqual(
    refused.map(reply => reply.statusCode),
    [401, 403, 403],
  )
})

test('nobody pages through more customers than anybody can read', async t => {
  const { app } = buildTestApp(t)

  const reply = await app.inject({ method: 'GET', url: '/api/users?page=101&pageSize=100', headers: as('admin') })

  assert.equal(reply.statusCode, 400)
  assert.equal(reply.json().field, 'query.page')
})

test('a checkout learns who its customer is, or that nobody knows', async t => {
  const { app, metrics } = buildTestApp(t)
  const lookUp = (email: string) => app.inject({ method: 'POST', url: '/customers/look-up', body: { email } })

  const known = await lookUp('grace@TECHMART.example')
  const unknown = await lookUp('nobody@techmart.example')

  assert.deepEqual(known.json(), { id: grace.id, name: 'Grace', segment: 'new' })
  assert.equal(unknown.statusCode, 404)
  assert.equal(unknown.json().error, 'not_found')
  assert.ok(!unknown.body.includes('nobody@'))
  assert.deepEqual(await readMetric(metrics, 'customer_lookups_total'), { 'outcome=found': 1, 'outcome=unknown': 1 })
})
