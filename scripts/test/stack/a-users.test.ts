// Customers in the running lab: from the sign-up to the welcome mail, and what a checkout knows of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, eventually, logs, newTrace, placeOrder, query, type Span, shop, tokens, trace, urls } from './lab.ts'

const signUp = (overrides: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  shop('/api/users', {
    method: 'POST',
    headers,
    json: { email: `newcomer-${crypto.randomUUID()}@example.com`, name: 'Newcomer', country: 'FR', ...overrides },
  })

const describe = (spans: readonly Span[]) => spans.map(span => `${span.service}: ${span.name}`).join('\n')

test('a sign-up ends in one welcome mail, in the same trace, without an address in any log line', async () => {
  const { traceId, traceparent } = newTrace()
  const email = `newcomer-${crypto.randomUUID()}@example.com`

  const { status, body: user } = await signUp({ email }, { traceparent })
  assert.equal(status, 201)

  await eventually(
    async () => {
      const spans = await trace(traceId)
      const parentOf = (service: string, name: string) => {
        const span = spans.find(one => one.service === service && one.name === name)
        return spans.find(one => one.spanId === span?.parentSpanId)
      }
      assert.equal(parentOf('users', 'POST /api/users')?.service, 'gateway', describe(spans))
      assert.equal(
        parentOf('notifications', 'process users.created.v1')?.name,
        'send users.created.v1',
        describe(spans),
      )
    },
    { withinMs: 45_000 },
  )
  const sent = await eventually(
    async () => {
      const lines = await logs(`{service_name="notifications"} | user_id="${user.id}" | template="welcome"`)
      assert.equal(lines.length, 1)
      return lines
    },
    { withinMs: 45_000 },
  )
  assert.match(sent[0]?.line ?? '', /notification sent/)
  assert.deepEqual(await logs(`{service_namespace="techmart"} |= "${email}"`), [])
})

test('an order is counted for its customer, whose name and segment stand in the order', async () => {
  const email = `newcomer-${crypto.randomUUID()}@example.com`
  const { body: user } = await signUp({ email })

  const placed = await placeOrder({ email: email.toUpperCase(), country: 'FR' })

  assert.equal(placed.status, 201, JSON.stringify(placed.body))
  assert.equal(placed.body.order.segment, 'new')
  assert.equal(placed.body.order.customer?.name, 'Newcomer')
  await eventually(
    async () => {
      const { body } = await shop(`/api/users/${user.id}`)
      assert.equal(body.orders.count, 1)
      assert.equal(body.orders.totalCents, placed.body.order.totalCents)
      assert.equal(body.orders.lastAt, placed.body.order.createdAt)
    },
    { withinMs: 30_000 },
  )
})

test('the shop opens with customers of every segment in every country', async () => {
  const list = async (page: number) => {
    const { status, body } = await ask(`${urls.store}/api/users?pageSize=100&page=${page}`, { token: tokens.admin })
    assert.equal(status, 200, JSON.stringify(body))
    return body as { total: number; users: { country: string; segment: string; email: string }[] }
  }

  const { total } = await list(1)
  const pages = await Promise.all(Array.from({ length: Math.ceil(total / 100) }, (_, at) => list(at + 1)))

  const seeded = pages.flatMap(({ users }) => users).filter(({ email }) => email.endsWith('@techmart.example'))
  assert.ok(seeded.length >= 501, `${seeded.length} customers`)
  assert.equal(new Set(seeded.map(({ country, segment }) => `${country} ${segment}`)).size, 7 * 5)
})

test('the demo customer sees themselves and nobody else', async () => {
  const { body } = await ask(`${urls.store}/api/users?segment=vip&country=GB&pageSize=100`, { token: tokens.admin })
  const ada = body.users.find(({ email }: { email: string }) => email === 'ada@techmart.example')
  const other = body.users.find(({ email }: { email: string }) => email !== 'ada@techmart.example')

  const own = await ask(`${urls.store}/api/users/${ada.id}`, { token: tokens.user })
  const others = await ask(`${urls.store}/api/users/${other.id}`, { token: tokens.user })

  assert.equal(own.body.name, 'Ada Lovelace')
  assert.ok(own.body.orders.count >= 8)
  assert.equal(others.status, 403)
})

test('customers of all segments check out, and the metrics tell them apart', async () => {
  await eventually(
    async () => {
      const found = await query('sum by (segment) (orders_created_total) > 0')
      const segments = new Set(found.map(({ labels }) => labels.segment))
      for (const segment of ['new', 'returning', 'vip', 'at_risk', 'churned'])
        assert.ok(segments.has(segment), `no order of ${segment} in ${[...segments].join(', ')}`)
    },
    { withinMs: 90_000, everyMs: 2_000 },
  )
})
