import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { placeOrder } from '@techmart/contracts/order-routes'
import type { getProduct, listProducts } from '@techmart/contracts/product-routes'
import type { listStockLevels } from '@techmart/contracts/stock-routes'
import { ApiError } from '../src/api/api-error.ts'
import { call } from '../src/api/client.ts'
import { who } from '../src/shopper.ts'

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A shop that answers what the test says; fetch, which knows no page here, is pointed at it. */
async function openShop(t: TestContext, answer: (reply: ServerResponse) => void): Promise<Asked[]> {
  const asked: Asked[] = []
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const part of request) body += part
    asked.push({ method: String(request.method), url: String(request.url), headers: request.headers, body })
    answer(reply)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { fetch } = globalThis
  globalThis.fetch = (url, init) => fetch(`http://127.0.0.1:${port}${url}`, init)
  t.after(() => {
    globalThis.fetch = fetch
    who.set('guest')
    server.closeAllConnections()
    server.close()
  })
  return asked
}

const json = (status: number, body: unknown) => (reply: ServerResponse) =>
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const getLamp = () => call<typeof getProduct>('GET', '/api/products/:id', { params: { id: 11 } })

test('a call fills its path and its query, and gives the answer', async t => {
  const asked = await openShop(t, json(200, { id: 11, name: 'Lamp' }))

  const product = await getLamp()
  await call<typeof listProducts>('GET', '/api/products', { query: { category: 'Desk & Office', page: 2 } })
  await call<typeof listStockLevels>('GET', '/api/stock-levels', { query: { productId: [11, 12] } })

  assert.equal(product.name, 'Lamp')
  assert.deepEqual(
    asked.map(({ url }) => url),
    [
      '/api/products/11',
      '/api/products?category=Desk+%26+Office&page=2',
      '/api/stock-levels?productId=11&productId=12',
    ],
  )
})

test('who shops says so with each call, and a guest says nothing', async t => {
  const asked = await openShop(t, json(200, {}))

  await getLamp()
  who.set('ada')
  await getLamp()
  who.set('shop')
  await getLamp()

  assert.deepEqual(
    asked.map(({ headers }) => headers.authorization),
    [undefined, 'Bearer user-token-123', 'Bearer admin-token-456'],
  )
})

test('a refusal becomes an error that says what the shop said', async t => {
  const said = { error: 'declined', message: 'The card was declined: expired card. Nothing was charged.' }
  const asked = await openShop(t, json(402, said))
  const body = { email: 'a@example.com', country: 'DE', items: [{ productId: 11, quantity: 1 }] } as const

  const failure = await call<typeof placeOrder>('POST', '/api/orders', {
    body: { ...body, items: [...body.items] },
    headers: { 'idempotency-key': 'a-key-of-its-own' },
  }).catch(error => error)

  assert.ok(failure instanceof ApiError)
  assert.deepEqual([failure.trouble, failure.message], ['declined', said.message])
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ''), body)
  assert.equal(asked[0]?.headers['idempotency-key'], 'a-key-of-its-own')
})

test('a shop that does not answer in time, hangs up, or answers nonsense is told apart from a refusal', async t => {
  const answers: ((reply: ServerResponse) => void)[] = [
    () => {},
    reply => reply.destroy(),
    reply => reply.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
  ]
  await openShop(t, reply => answers.shift()?.(reply))
  const ask = async (timeoutMs = 5_000) =>
    (await call<typeof getProduct>('GET', '/api/products/:id', { params: { id: 11 }, timeoutMs }).catch(error => error))
      .trouble

  assert.deepEqual([await ask(200), await ask(), await ask()], ['timeout', 'unreachable', 'unreachable'])
})

test('a path, a method or a field that is not in the contract does not compile', () => {
  const never = () => [
    // @ts-expect-error: the route has another path.
    call<typeof getProduct>('GET', '/api/product/:id', { params: { id: 11 } }),
    // @ts-expect-error: the route has another method.
    call<typeof getProduct>('POST', '/api/products/:id', { params: { id: 11 } }),
    // @ts-expect-error: a product is named by its id.
    call<typeof getProduct>('GET', '/api/products/:id', { params: { sku: 'LAMP' } }),
    // @ts-expect-error: the catalogue is not asked by colour.
    call<typeof listProducts>('GET', '/api/products', { query: { colour: 'brass' } }),
  ]
  assert.equal(typeof never, 'function')
})
