// Search, reviews and order history through the front door, with their good and their bad input, and what their telemetry says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, eventually, logs, newTrace, placeOrder, query, shop, tokens, trace, urls } from './lab.ts'

/** What k6 types; a plain script without types of its own. */
const { searches }: { searches: ReadonlyArray<Record<string, string>> } = await import(
  new URL('../../traffic/mix.js', import.meta.url).href
)

const searchPath = (query: Record<string, string>) => `/api/products/search?${new URLSearchParams(query)}`

for (const wanted of searches) {
  test(`shoppers who type ${JSON.stringify(wanted)} find something`, async () => {
    const found = await shop(searchPath(wanted))

    assert.equal(found.status, 200)
    assert.ok(found.body.total > 0)
    if (wanted.category !== undefined) {
      assert.ok(found.body.products.every(({ category }: { category: string }) => category === wanted.category))
    }
  })
}

test('no token is needed to search, and the word search is no product', async () => {
  const found = await ask(`${urls.store}${searchPath({ q: 'lapm' })}`)
  const empty = await ask(`${urls.store}/api/products/search?q=`)
  const missing = await ask(`${urls.store}/api/products/search`)

  assert.equal(found.status, 200)
  assert.equal(found.body.correctedTo, 'lamp')
  for (const refused of [empty, missing]) {
    assert.equal(refused.status, 400)
    assert.equal(refused.body.field, 'query.q')
  }
})

for (const q of [`'; DROP TABLE products; --`, '%', '\u0000', ':*', '& | !', '"', 'x'.repeat(101)]) {
  test(`a search for ${JSON.stringify(q).slice(0, 30)} is no failure`, async () => {
    const answer = await shop(searchPath({ q }))

    assert.ok([200, 400].includes(answer.status), `${answer.status} ${JSON.stringify(answer.body)}`)
    if (answer.status === 400) assert.equal(answer.body.field, 'query.q')
    assert.equal((await shop('/api/products/1')).status, 200)
  })
}

test('a fresh store has reviews, a customer adds one, and writing again changes it', async () => {
  const path = '/api/products/232/reviews'
  const review = { rating: 2, title: 'Hm', text: 'Not sure.', author: 'Stack Test' }
  const email = `reviewer-${crypto.randomUUID()}@techmart.example`
  const write = (changes: object = {}) => shop(path, { method: 'POST', json: { ...review, email, ...changes } })

  const before = await ask(urls.store + path)
  const first = await write()
  const again = await write({ rating: 5 })
  const after = await ask(urls.store + path)
  const product = await shop('/api/products/232')

  assert.ok(before.body.total >= 1, 'seeded')
  assert.deepEqual([first.status, again.status], [201, 200])
  const mine = after.body.reviews.filter(({ author }: { author: string }) => author === review.author)
  assert.ok(mine.length >= 1 && mine[0].rating === 5)
  assert.ok(product.body.rating.count >= before.body.total)
  assert.doesNotMatch(JSON.stringify([first.body, again.body, after.body]), /techmart\.example/)
})

// Who may do what, by the token that is sent; none is a stranger.
const review = { rating: 4, title: 'Good', text: 'As described.' }
const ada = 'ada@techmart.example'
const other = 'shopper-1@techmart.example'
const rights: ReadonlyArray<{ what: string; path: string; json?: unknown; allowed: Record<string, number> }> = [
  { what: 'search', path: '/api/products/search?q=lamp', allowed: { none: 200, user: 200, admin: 200, test: 200 } },
  { what: 'read reviews', path: '/api/products/11/reviews', allowed: { none: 200, user: 200, admin: 200, test: 200 } },
  {
    what: 'review in their own name',
    path: '/api/products/231/reviews',
    json: { ...review, email: ada },
    allowed: { none: 401, user: 201, admin: 200, test: 200 },
  },
  {
    what: "review in another's name",
    path: '/api/products/231/reviews',
    json: { ...review, email: other },
    allowed: { none: 401, user: 403, admin: 201, test: 200 },
  },
  {
    what: "list Ada's orders",
    path: `/api/orders?email=${ada}`,
    allowed: { none: 401, user: 200, admin: 200, test: 200 },
  },
  {
    what: "list another's orders",
    path: `/api/orders?email=${other}`,
    allowed: { none: 401, user: 403, admin: 200, test: 200 },
  },
  { what: "list everybody's orders", path: '/api/orders', allowed: { none: 401, user: 403, admin: 200, test: 403 } },
]
for (const { what, path, json, allowed } of rights) {
  test(`who may ${what}: ${JSON.stringify(allowed)}`, async () => {
    const seen: Record<string, number> = {}
    for (const role of Object.keys(allowed)) {
      const answer = await ask(urls.store + path, {
        ...(role === 'none' ? {} : { token: tokens[role as keyof typeof tokens] }),
        ...(json === undefined ? {} : { method: 'POST', json }),
      })
      // A review that is there from an earlier run, or that a shopper wrote, is changed and not added.
      seen[role] = answer.status === 200 && allowed[role] === 201 ? 201 : answer.status
      if (answer.status >= 400) {
        assert.equal(answer.body.error, answer.status === 401 ? 'unauthorized' : 'forbidden')
        assert.doesNotMatch(JSON.stringify(answer.body), /techmart\.example/)
      }
    }

    assert.deepEqual(seen, allowed)
  })
}

test("an order stands in its customer's history, whatever the case of the address", async () => {
  const email = `historian-${crypto.randomUUID()}@techmart.example`
  const placed = await placeOrder({ email })

  const history = await shop(`/api/orders?email=${encodeURIComponent(email.toUpperCase())}`)

  assert.equal(history.status, 200)
  assert.equal(history.body.orders[0].id, placed.body.order.id)
  assert.doesNotMatch(JSON.stringify(history.body), /@/)
})

for (const [journey, path, json] of [
  ['product-search', '/api/products/search?q=reading%20lamp', undefined],
  ['product-review', '/api/products/11/reviews', { ...review, email: other }],
  ['order-history', `/api/orders?email=${other}`, undefined],
] as const) {
  test(`one ${journey} is one event, in one trace with its SQL, and counted`, async () => {
    const { traceId, traceparent } = newTrace()

    await shop(path, { headers: { traceparent }, ...(json === undefined ? {} : { method: 'POST', json }) })

    const spans = await eventually(
      async () => {
        const found = await trace(traceId)
        assert.equal(found.filter(({ name }) => name === `cuj.${journey}`).length, 1)
        assert.ok(found.some(({ attributes }) => attributes['db.system.name'] === 'postgresql'))
        assert.ok(found.some(({ service, kind }) => service === 'gateway' && kind === 2))
        return found
      },
      { withinMs: 45_000 },
    )
    assert.deepEqual(
      spans.filter(({ attributes }) => attributes['cuj.name'] !== journey).map(({ name }) => name),
      [],
    )
    await eventually(
      async () => {
        const [counted] = await query(
          `sum(techmart_calls_total{span_name="cuj.${journey}", status_code="STATUS_CODE_OK"})`,
        )
        assert.ok((counted?.value ?? 0) > 0)
        const slos = await query(`slo:objective:ratio{cuj_name="${journey}"}`)
        assert.deepEqual(slos.map(({ labels }) => labels.slo).sort(), ['availability', 'latency'])
      },
      { withinMs: 60_000 },
    )
  })
}

test('what was searched for, and whose orders were asked for, stands in no trace and no log', async () => {
  const secret = `zyx${crypto.randomUUID().replaceAll(/[^a-f]/g, '')}q`
  const email = `${secret}@techmart.example`
  const { traceId, traceparent } = newTrace()
  const headers = { traceparent }

  const answers = [
    await shop(searchPath({ q: secret }), { headers }),
    await shop(`/api/orders?email=${encodeURIComponent(email)}`, { headers }),
    await ask(`${urls.store}/api/orders?email=${encodeURIComponent(email)}`, { headers, token: tokens.user }),
    await shop('/api/products/230/reviews', { method: 'POST', json: { ...review, email }, headers }),
    await shop(`/api/orders?email=${secret}`, { headers }),
  ]

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 403, 201, 400],
  )
  const spans = await eventually(
    async () => {
      const found = await trace(traceId)
      assert.equal(found.filter(({ name }) => name.startsWith('cuj.')).length, 5)
      return found
    },
    { withinMs: 45_000 },
  )
  assert.doesNotMatch(JSON.stringify(spans), new RegExp(secret))
  // The line that tells of the review is there, so the others would be too.
  await eventually(
    async () => assert.ok((await logs(`{service_name="api"} |= "review written" | trace_id="${traceId}"`)).length > 0),
    { withinMs: 45_000 },
  )
  assert.deepEqual(await logs(`{service_namespace="techmart"} |= "${secret}"`), [])
})
