import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { buildTestApp, checkOut, orderBody } from './build-test-app.ts'

const grace = 'grace@techmart.example'

/** Two orders of Ada's and one of Grace's, in this order of time. */
async function openHistory(t: TestContext) {
  const { app } = buildTestApp(t)
  const ids: string[] = []
  for (const email of [orderBody.email, grace, 'ADA@techmart.example']) {
    ids.push((await checkOut(app, { body: { ...orderBody, email } })).json().order.id)
  }
  const list = (headers: Record<string, string>, query: Record<string, string> = {}) =>
    app.inject({ method: 'GET', url: `/api/orders?${new URLSearchParams(query)}`, headers })
  return { ids, list }
}

const ada = { 'x-techmart-role': 'user', 'x-techmart-customer': orderBody.email }

test('a customer sees their own orders, newest first and in pages, without an address in them', async t => {
  const { ids, list } = await openHistory(t)

  const all = await list(ada, { email: 'Ada@techmart.example' })
  const second = await list(ada, { email: orderBody.email, page: '2', pageSize: '1' })

  assert.equal(all.statusCode, 200)
  assert.deepEqual(
    all.json().orders.map(({ id }: { id: string }) => id),
    [ids[2], ids[0]],
  )
  assert.equal(second.json().orders[0].id, ids[0])
  assert.equal(second.json().total, 2)
  assert.doesNotMatch(all.body, /@/)
})

test('an admin sees the orders of everybody', async t => {
  const { ids, list } = await openHistory(t)

  const reply = await list({ 'x-techmart-role': 'admin' })

  assert.deepEqual(
    reply.json().orders.map(({ id }: { id: string }) => id),
    ids.toReversed(),
  )
})

for (const [who, headers, query, status] of [
  ['a stranger', {}, {}, 401],
  ['a stranger who names a customer', {}, { email: grace }, 401],
  ['a role that nobody knows', { 'x-techmart-role': 'root' }, { email: grace }, 401],
  ['a stranger who claims to be a customer', { 'x-techmart-customer': grace }, { email: grace }, 401],
  ['a customer', ada, { email: orderBody.email }, 200],
  ['a customer who asks for another', ada, { email: grace }, 403],
  ['a customer who asks for everybody', ada, {}, 403],
  ['an admin who names a customer', { 'x-techmart-role': 'admin' }, { email: grace }, 200],
  ['the shoppers who name a customer', { 'x-techmart-role': 'test' }, { email: grace }, 200],
  ['the shoppers who ask for everybody', { 'x-techmart-role': 'test' }, {}, 403],
] as const) {
  test(`orders listed for ${who} answer ${status}`, async t => {
    const { list } = await openHistory(t)

    const reply = await list(headers, query)

    assert.equal(reply.statusCode, status)
    assert.doesNotMatch(reply.body, /techmart\.example/)
  })
}

test('a customer without orders has an empty history', async t => {
  const { list } = await openHistory(t)

  const reply = await list({ 'x-techmart-role': 'test' }, { email: 'nobody@techmart.example' })

  assert.deepEqual(reply.json(), { orders: [], page: 1, pageSize: 20, total: 0 })
})

for (const [query, field] of [
  [{ email: 'ada' }, 'query.email'],
  [{ email: '' }, 'query.email'],
  [{ page: '0' }, 'query.page'],
  [{ page: '10000', pageSize: '100' }, 'query.page'],
  [{ pageSize: '101' }, 'query.pageSize'],
  [{ customer: grace }, 'query.customer'],
] as const) {
  test(`a history with ${JSON.stringify(query)} is refused, and ${field} is named`, async t => {
    const { list } = await openHistory(t)

    const reply = await list({ 'x-techmart-role': 'admin' }, query)

    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().field, field)
    assert.doesNotMatch(reply.body, /grace/)
  })
}
