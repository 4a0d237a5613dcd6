import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { request as sendRequest } from 'node:http'
import { type TestContext, test } from 'node:test'
import { checkout, type Edge, lampOrder, seriesValue, startEdge, startUpstream } from './edge.ts'

interface Heard {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** An edge before an api that answers 200 to everything, or as told, and remembers what it heard. */
async function startListeningApi(t: TestContext, answer: { status?: number; headers?: Record<string, string> } = {}) {
  const heard: Heard[] = []
  const apiUrl = await startUpstream(t, (request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      heard.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      reply.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      reply.end('{"ok":true}')
    })
  })
  return { apiUrl, heard }
}

const get = (edge: Edge, path: string, headers: Record<string, string> = {}) => fetch(edge.url + path, { headers })

test('a request arrives as it was asked, body, query and path alike', async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  const reply = await checkout(edge)
  await get(edge, '/api/products?category=caf%C3%A9&page=2')

  assert.deepEqual(await reply.json(), { ok: true })
  assert.equal(heard[0]?.body, JSON.stringify(lampOrder))
  assert.equal(heard[0]?.headers['content-type'], 'application/json')
  assert.equal(heard[1]?.url, '/api/products?category=caf%C3%A9&page=2')
})

test('what a stranger may not say is not passed on', async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  await get(edge, '/api/products', {
    baggage: 'cuj.name=free-money',
    tracestate: 'vendor=1',
    'x-techmart-role': 'admin',
    'x-techmart-anything': '1',
    'x-forwarded-for': '10.0.0.1',
    forwarded: 'for=10.0.0.1',
    cookie: 'techmart_session=abcdefgh',
    authorization: 'Bearer user-token-123',
    'idempotency-key': 'key-0011',
  })

  const headers = heard[0]?.headers ?? {}
  for (const name of ['baggage', 'tracestate', 'x-techmart-anything', 'x-forwarded-for', 'forwarded', 'cookie']) {
    assert.equal(headers[name], undefined, name)
  }
  assert.equal(headers.authorization, undefined)
  assert.equal(headers['idempotency-key'], 'key-0011')
  assert.equal(headers['x-techmart-role'], 'user')
})

test('headers named by Connection stay on their own hop', async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  const status = await new Promise(resolve => {
    const headers = { connection: 'close, X-Hop', 'x-hop': '1', 'x-end': '1' }
    sendRequest(`${edge.url}/api/products`, { headers }, reply => resolve(reply.resume().statusCode)).end()
  })

  assert.equal(status, 200)
  assert.equal(heard[0]?.headers['x-hop'], undefined)
  assert.equal(heard[0]?.headers['x-end'], '1')
})

test('each demo token becomes the identity that the services inside believe', async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  for (const token of ['user-token-123', 'admin-token-456', 'test-token-789']) {
    await get(edge, '/api/products', { authorization: `Bearer ${token}` })
  }
  await get(edge, '/api/products')

  const identities = heard.map(({ headers }) => [headers['x-techmart-role'], headers['x-techmart-customer']])
  assert.deepEqual(identities, [
    ['user', 'ada@techmart.example'],
    ['admin', undefined],
    ['test', undefined],
    ['anonymous', undefined],
  ])
})

test('a token that nobody has is refused before anything is passed on', async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  const statuses = []
  for (const authorization of ['Bearer nobody', 'Basic YWRhOmFkYQ==', 'Bearer']) {
    statuses.push((await get(edge, '/api/products', { authorization })).status)
  }

  assert.deepEqual(statuses, [401, 401, 401])
  assert.deepEqual(heard, [])
})

test('a client that asks too often is told when to come back; another session is not', async t => {
  const { apiUrl } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl }, { RATE_LIMIT_PER_MINUTE: 2 })
  const mine = { cookie: 'techmart_session=session-0011' }

  await get(edge, '/api/products', mine)
  await get(edge, '/api/products', mine)
  const third = await get(edge, '/api/products', { ...mine, 'x-forwarded-for': '10.9.8.7' })
  const other = await get(edge, '/api/products', { cookie: 'techmart_session=session-0012' })

  assert.equal(third.status, 429)
  assert.match(third.headers.get('retry-after') ?? '', /^([1-9]|[1-5]\d|60)$/)
  assert.equal(((await third.json()) as { error: string }).error, 'rate_limited')
  assert.equal(other.status, 200)
  assert.equal(await seriesValue(edge.metrics, 'rate_limited_requests_total'), 1)
})

test('the test token is free of the rate limit, an unknown one is not', async t => {
  const { apiUrl } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl }, { RATE_LIMIT_PER_MINUTE: 2 })

  const statusOf = async (token: string) =>
    (await get(edge, '/api/products', { authorization: `Bearer ${token}` })).status
  const free = [await statusOf('test-token-789'), await statusOf('test-token-789'), await statusOf('test-token-789')]
  const guessed = [await statusOf('guess-1'), await statusOf('guess-2'), await statusOf('guess-3')]

  assert.deepEqual(free, [200, 200, 200])
  assert.deepEqual(guessed, [401, 401, 429])
})

/** A session that nobody had before. */
const newSession = () => ({ cookie: `techmart_session=${crypto.randomUUID()}` })

test('sessions of one address share ten times what one may ask: a new one with each request is no way around', async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl }, { RATE_LIMIT_PER_MINUTE: 2 })

  const statuses = []
  for (let n = 1; n <= 22; n++) statuses.push((await get(edge, '/api/products', newSession())).status)
  const refused = await get(edge, '/api/products', newSession())
  const withoutSession = await get(edge, '/api/products')

  assert.deepEqual(statuses, [...Array(20).fill(200), 429, 429])
  assert.match(refused.headers.get('retry-after') ?? '', /^([1-9]|[1-5]\d|60)$/)
  assert.match(((await refused.json()) as { message: string }).message, /20 requests a minute from this address/)
  assert.equal(withoutSession.status, 200)
  assert.equal(heard.length, 21)
})

test('a session that asks too often uses up nothing of what its neighbours share', async t => {
  const { apiUrl } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl }, { RATE_LIMIT_PER_MINUTE: 2 })
  const loop = newSession()

  for (let n = 1; n <= 30; n++) await get(edge, '/api/products', loop)
  const neighbour = await get(edge, '/api/products', newSession())

  assert.equal(neighbour.status, 200)
})

test('who guesses tokens is counted by address, whatever session they say they have', async t => {
  const { apiUrl } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl }, { RATE_LIMIT_PER_MINUTE: 2 })

  const statuses = []
  for (let n = 1; n <= 3; n++) {
    const headers = { ...newSession(), authorization: `Bearer guess-${n}` }
    statuses.push((await get(edge, '/api/products', headers)).status)
  }

  assert.deepEqual(statuses, [401, 401, 429])
})

test('an address whose sessions are refused again and again is suspicious, though none of them is', async t => {
  const { apiUrl } = await startListeningApi(t, { status: 404 })
  const edge = await startEdge(t, { apiUrl }, { SUSPICIOUS_PER_MINUTE: 3 })
  const suspicious = () => seriesValue(edge.metrics, 'suspicious_activity_total', { kind: 'not_found' })

  for (let id = 1; id <= 29; id++) await get(edge, `/api/products/${id}`, newSession())
  const before = await suspicious()
  for (let id = 30; id <= 35; id++) await get(edge, `/api/products/${id}`, newSession())

  assert.deepEqual([before, await suspicious()], [0, 1])
})

test('guessing tokens with a new session each time is noticed as soon as with none', async t => {
  const { apiUrl } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl }, { SUSPICIOUS_PER_MINUTE: 3 })

  for (let n = 1; n <= 5; n++) {
    await get(edge, '/api/orders', { ...newSession(), authorization: `Bearer admin-token-${n}` })
  }

  assert.equal(await seriesValue(edge.metrics, 'suspicious_activity_total', { kind: 'unauthorized' }), 1)
})

test('a client whose cards are declined again and again is counted as suspicious; the traffic is not', async t => {
  const apiUrl = await startUpstream(t, (_request, reply) => reply.writeHead(402).end('{"error":"declined"}'))
  const edge = await startEdge(t, { apiUrl }, { SUSPICIOUS_PER_MINUTE: 3 })

  for (let n = 1; n <= 5; n++) await checkout(edge, { headers: { cookie: 'techmart_session=many-cards-11' } })
  for (let n = 1; n <= 5; n++) await checkout(edge, { headers: { authorization: 'Bearer test-token-789' } })

  assert.equal(await seriesValue(edge.metrics, 'suspicious_activity_total', { kind: 'declined' }), 1)
})

test('a client that is refused again and again is counted as suspicious, once a minute', async t => {
  const { apiUrl } = await startListeningApi(t, { status: 404 })
  const edge = await startEdge(t, { apiUrl }, { SUSPICIOUS_PER_MINUTE: 3 })

  for (let id = 1; id <= 7; id++) await get(edge, `/api/products/${id}`)

  assert.equal(await seriesValue(edge.metrics, 'suspicious_activity_total', { kind: 'not_found' }), 1)
  assert.equal(await seriesValue(edge.metrics, 'suspicious_activity_total', { kind: 'forbidden' }), 0)
})

test("a body larger than the route's limit is refused and not passed on", async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  const reply = await checkout(edge, { body: JSON.stringify({ ...lampOrder, note: 'x'.repeat(20_000) }) })

  assert.equal(reply.status, 413)
  assert.equal(((await reply.json()) as { error: string }).error, 'too_large')
  assert.deepEqual(heard, [])
})

test('an unknown path under /api is 404 in our shape and reaches nobody', async t => {
  const { apiUrl, heard } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  const unknownPath = await get(edge, '/api/secrets')
  const unknownMethod = await fetch(`${edge.url}/api/orders`, { method: 'DELETE' })
  const elsewhere = await get(edge, '/nowhere')

  for (const reply of [unknownPath, unknownMethod, elsewhere]) {
    assert.equal(reply.status, 404)
    assert.equal(((await reply.json()) as { error: string }).error, 'not_found')
  }
  assert.deepEqual(heard, [])
})

test('/lab goes to the lab', async t => {
  const lab = await startListeningApi(t)
  const edge = await startEdge(t, { labUrl: lab.apiUrl })

  const reply = await fetch(`${edge.url}/lab/faults`, { method: 'POST', body: '{"scenario":"x"}' })

  assert.equal(reply.status, 200)
  assert.deepEqual(
    [lab.heard[0]?.method, lab.heard[0]?.url, lab.heard[0]?.body],
    ['POST', '/lab/faults', '{"scenario":"x"}'],
  )
})

test('the reply keeps its own headers and loses those that are ours alone', async t => {
  const { apiUrl } = await startListeningApi(t, {
    headers: { 'x-techmart-journey': 'counted', 'x-powered-by': 'api', 'retry-after': '7', etag: '"11"' },
  })
  const edge = await startEdge(t, { apiUrl })

  const { headers } = await get(edge, '/api/products')

  assert.equal(headers.get('x-techmart-journey'), null)
  assert.equal(headers.get('x-powered-by'), null)
  assert.deepEqual([headers.get('retry-after'), headers.get('etag')], ['7', '"11"'])
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
})

test('requests are counted by route, not by path', async t => {
  const { apiUrl } = await startListeningApi(t)
  const edge = await startEdge(t, { apiUrl })

  for (const id of [11, 12]) await get(edge, `/api/products/${id}`)

  const labels = { method: 'GET', route: '/api/products/:id', status: '200' }
  assert.equal(await seriesValue(edge.metrics, 'gateway_requests_total', labels), 2)
})
