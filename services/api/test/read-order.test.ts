import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp, checkOut } from './build-test-app.ts'

async function placed(t: Parameters<typeof buildTestApp>[0]) {
  const { app } = buildTestApp(t)
  const { order, orderKey } = (await checkOut(app)).json()
  const read = (headers: Record<string, string>, id: string = order.id) =>
    app.inject({ method: 'GET', url: `/api/orders/${id}`, headers })
  return { order, orderKey, read }
}

test('an order is read with the key that came with it', async t => {
  const { order, orderKey, read } = await placed(t)

  const reply = await read({ 'order-key': orderKey })

  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), order)
})

test('an order is not read without a key, nor with the key of another order', async t => {
  const { read } = await placed(t)
  const other = await placed(t)

  const replies = [await read({}), await read({ 'order-key': other.orderKey }), await read({ 'order-key': 'x' })]

  assert.deepEqual(
    replies.map(reply => reply.statusCode),
    [403, 403, 403],
  )
  assert.equal(replies[0]?.json().error, 'forbidden')
})

for (const [who, headers, status] of [
  ['who placed it', { 'x-techmart-role': 'user', 'x-techmart-customer': 'Ada@techmart.example' }, 200],
  ['another customer', { 'x-techmart-role': 'user', 'x-techmart-customer': 'grace@techmart.example' }, 403],
  ['an admin', { 'x-techmart-role': 'admin' }, 200],
  ['the traffic of the tests', { 'x-techmart-role': 'test' }, 200],
  ['a role that nobody knows', { 'x-techmart-role': 'root' }, 403],
  ['an anonymous caller who claims to be a customer', { 'x-techmart-customer': 'ada@techmart.example' }, 403],
] as const) {
  test(`an order read by ${who} answers ${status}`, async t => {
    const { read } = await placed(t)

    const reply = await read(headers)

    assert.equal(reply.statusCode, status)
  })
}

test('an order that does not exist is not found', async t => {
  const { read } = await placed(t)

  const reply = await read({}, '0b8f4c1e-0d53-4f0a-9a55-000000000099')

  assert.equal(reply.statusCode, 404)
  assert.equal(reply.json().error, 'not_found')
})

test('an id that is no id is refused with the field named', async t => {
  const { read } = await placed(t)

  const reply = await read({}, 'seventeen')

  assert.equal(reply.statusCode, 400)
  assert.equal(reply.json().field, 'params.id')
})
