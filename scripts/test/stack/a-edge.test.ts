// What the gateway answers itself, in the running store: the documentation, health, what browsers tell, and who is suspicious.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicRoutes } from '@techmart/contracts/public-routes'
import { ask, eventually, logs, newTrace, query, tokens, trace, urls } from './lab.ts'

test('the documentation is served, with every public route in it', async () => {
  const page = await ask(`${urls.store}/docs`)
  const document = await ask(`${urls.store}/docs/json`)

  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self';/)
  for (const { route } of publicRoutes) {
    const path = route.path.replace(/:([a-z]+)/gi, '{$1}')
    assert.ok(document.body.paths[path]?.[route.method.toLowerCase()], `${route.method} ${path}`)
  }
})

test('health names every dependency, and what those say of theirs', async () => {
  // A dependency that was slow to answer a moment ago is not up until it is asked again.
  await eventually(
    async () => {
      const health = await ask(`${urls.store}/api/health`)
      assert.equal(health.status, 200, JSON.stringify(health.body))
      assert.deepEqual(Object.keys(health.body.dependencies), ['api', 'users', 'inventory', 'lab'])
      for (const [name, parts] of [
        ['api', ['postgres', 'kafka', 'inventory', 'payments']],
        ['users', ['postgres', 'kafka']],
        ['inventory', ['postgres']],
      ] as const) {
        const { status, dependencies } = health.body.dependencies[name]
        assert.equal(status, 'up', name)
        for (const part of parts) assert.ok(['up', 'down'].includes(dependencies[part]), `${name} is silent on ${part}`)
      }
    },
    { withinMs: 30_000 },
  )
})

test('what a browser tells is counted and written in its own name, within its trace, and is no journey', async () => {
  const { traceId, traceparent } = newTrace()
  const labels = '{step="view", country="JP", segment="churned", service="gateway"}'
  const countOf = async () => (await query(`sum(funnel_events_total${labels})`))[0]?.value ?? 0
  const before = await countOf()
  const message = `cannot read x of undefined ${crypto.randomUUID()}`

  const answer = await ask(`${urls.store}/api/events`, {
    method: 'POST',
    token: tokens.test,
    headers: { traceparent, baggage: 'cuj.name=checkout' },
    json: {
      events: [
        ...Array.from({ length: 19 }, () => ({ name: 'view', productId: 11, country: 'JP', segment: 'churned' })),
        { name: 'error', message: `${message} for somebody@example.com` },
      ],
    },
  })

  assert.equal(answer.status, 204)
  await eventually(
    async () => {
      const [line] = await logs(`{service_name="web"} |= \`${message}\``)
      assert.ok(line, 'Loki has no line of web yet')
      assert.ok(!line.line.includes('somebody@'), line.line)
      assert.equal(line.labels.trace_id, traceId)
    },
    { withinMs: 30_000 },
  )
  await eventually(async () => assert.ok((await countOf()) >= before + 19), { withinMs: 30_000 })
  await eventually(
    async () => {
      const spans = await trace(traceId)
      assert.ok(spans.length > 0, 'no span of it yet')
      assert.ok(spans.every(({ name, attributes }) => !name.startsWith('cuj.') && attributes['cuj.name'] === undefined))
    },
    { withinMs: 30_000 },
  )
})

test('a client that guesses tokens is counted, written down, and not locked out', async () => {
  const countOf = async () => (await query('sum(suspicious_activity_total{kind="unauthorized"})'))[0]?.value ?? 0
  const before = await countOf()
  const headers = { cookie: `techmart_session=guesser-${crypto.randomUUID()}` }

  for (let n = 1; n <= 12; n += 1) {
    const guess = await ask(`${urls.store}/api/orders`, { headers, token: `admin-token-${n}` })
    assert.equal(guess.status, 401)
  }
  const shopping = await ask(`${urls.store}/api/products`, { headers })

  assert.equal(shopping.status, 200)
  await eventually(async () => assert.ok((await countOf()) > before), { withinMs: 30_000 })
  await eventually(
    async () => {
      const lines = await logs('{service_name="gateway"} |= `suspicious activity`')
      assert.ok(lines.length > 0, 'no line of it yet')
      assert.ok(lines.every(({ line }) => !line.includes('guesser-')))
    },
    { withinMs: 30_000 },
  )
})

for (const [path, status, field] of [
  ['/nowhere', 404, 'url'],
  ['/api/nowhere', 404, 'url'],
  ['/api/products/%C0%80', 400, 'url'],
  ['/docs/static/nothing.js', 404, 'url'],
  ['/runbooks/Nothing', 404, undefined],
] as const) {
  test(`${path} is ${status} in the one shape`, async () => {
    const { status: answered, body } = await ask(urls.store + path)

    assert.equal(answered, status)
    assert.deepEqual([typeof body.error, typeof body.message, typeof body.requestId], ['string', 'string', 'string'])
    assert.equal(body.field, field)
  })
}
