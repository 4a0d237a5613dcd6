import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ErrorBody } from '@techmart/contracts/errors'
import { defineRoute } from '@techmart/contracts/route'
import { CircuitOpenError } from '@techmart/platform/circuit'
import { FaultError, type Faults, noFaults } from '@techmart/platform/faults'
import { type HttpClientOptions, makeHttpClient } from '@techmart/platform/http-client'
import { buildMetrics } from '@techmart/platform/metrics'
import { UpstreamError, type UpstreamFailure } from '@techmart/platform/refusals'
import { fakeLog, readMetric } from '@techmart/platform/testing'
import Type from 'typebox'

const charge = defineRoute({
  method: 'POST',
  path: '/charges/:orderId',
  summary: 'Charges an order.',
  schema: {
    params: Type.Object({ orderId: Type.String() }),
    querystring: Type.Object({ dry: Type.Optional(Type.Boolean()) }),
    body: Type.Object({ cents: Type.Integer() }),
    response: { 201: Type.Object({ cents: Type.Integer() }), 204: Type.Null(), 402: ErrorBody, 503: ErrorBody },
  },
})

async function startPayments(t: TestContext, answer: RequestListener, options: Partial<HttpClientOptions> = {}) {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const metrics = buildMetrics()
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = makeHttpClient({ baseUrl, timeoutMs: 2_000, dependency: 'payments', metrics, ...options })
  return { client, metrics }
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

const request = { params: { orderId: 'a/b' }, body: { cents: 130 } }
const failsAs = (kind: UpstreamFailure) => (error: unknown) =>
  error instanceof UpstreamError && error.kind === kind && error.dependency === 'payments'

test('a call fills path, query, headers and body, and answers with status and body', async t => {
  let seen: unknown
  const { client, metrics } = await startPayments(t, async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    seen = [incoming.method, incoming.url, incoming.headers['x-role'], Buffer.concat(chunks).toString()]
    json(201, { cents: 130 })(incoming, response)
  })

  const answer = await client.call(charge, { ...request, query: { dry: true }, headers: { 'x-role': 'test' } })

  assert.deepEqual(seen, ['POST', '/charges/a%2Fb?dry=true', 'test', '{"cents":130}'])
  assert.deepEqual(answer, { status: 201, body: { cents: 130 } })
  assert.deepEqual(await readMetric(metrics, 'dependency_up'), { 'dependency=payments': 1 })
})

test('refusals and failures that were answered are values', async t => {
  const body: ErrorBody = { error: 'declined', message: 'insufficient_funds' }
  const { client } = await startPayments(t, json(402, body))

  assert.deepEqual(await client.call(charge, request), { status: 402, body })
})

test('an answer without a body is null', async t => {
  const { client } = await startPayments(t, (_request, response) => response.writeHead(204).end())

  assert.deepEqual(await client.call(charge, request), { status: 204, body: null })
})

for (const { what, kind, answer, options } of [
  { what: 'nobody listening', kind: 'refused', answer: json(201, {}), options: { baseUrl: 'http://127.0.0.1:59999' } },
  {
    what: 'a host that has no address',
    kind: 'refused',
    answer: json(201, {}),
    options: { baseUrl: 'http://nowhere.invalid' },
  },
  { what: 'a cut connection', kind: 'reset', answer: incoming => incoming.socket.destroy() },
  { what: 'no answer in time', kind: 'timeout', answer: () => {}, options: { timeoutMs: 50 } },
  { what: 'a status the contract does not know', kind: 'bad-answer', answer: json(418, {}) },
  { what: 'another body than the contract says', kind: 'bad-answer', answer: json(201, { dollars: 1 }) },
  {
    what: 'text that is not JSON',
    kind: 'bad-answer',
    answer: (_request, response) => response.writeHead(201).end('<a/>'),
  },
] satisfies { what: string; kind: UpstreamFailure; answer: RequestListener; options?: Partial<HttpClientOptions> }[]) {
  test(`${what} is an UpstreamError of kind ${kind}`, async t => {
    const { client, metrics } = await startPayments(t, answer as RequestListener, options)

    await assert.rejects(client.call(charge, request), failsAs(kind))

    const up = kind === 'bad-answer' ? 1 : 0
    assert.deepEqual(await readMetric(metrics, 'dependency_up'), { 'dependency=payments': up })
  })
}

test('a caller who gives up ends the call', async t => {
  const { client } = await startPayments(t, () => {})

  await assert.rejects(client.call(charge, request, { signal: AbortSignal.timeout(30) }), failsAs('timeout'))
})

test('a fault at http-client strikes by the name of the dependency', async t => {
  const faults: Faults = {
    ...noFaults,
    areActive: () => true,
    strike: async (point, { target }) => {
      if (point === 'http-client' && target === 'payments') throw new FaultError({ scenario: 'api-cut-off', point })
    },
  }
  const { client } = await startPayments(t, json(201, { cents: 130 }), { faults })

  await assert.rejects(client.call(charge, request), failsAs('refused'))
})

test('with a circuit, who does not answer is not asked any more for a while, and a decline says nothing against anybody', async t => {
  let asked = 0
  let answer = json(402, { error: 'declined', message: 'insufficient_funds' })
  const log = fakeLog()
  const { client, metrics } = await startPayments(
    t,
    (incoming, response) => {
      asked++
      answer(incoming, response)
    },
    { circuit: { log, openMs: 60_000 } },
  )
  for (let n = 0; n < 5; n++) await client.call(charge, request)
  const refusingAfterDeclines = client.isRefusing()
  answer = incoming => incoming.socket.destroy()
  for (let n = 0; n < 6; n++) await assert.rejects(client.call(charge, request), failsAs('reset'))

  await assert.rejects(client.call(charge, request), CircuitOpenError)

  assert.deepEqual([refusingAfterDeclines, client.isRefusing()], [false, true])
  assert.equal(asked, 11)
  assert.deepEqual(await readMetric(metrics, 'circuit_breaker_state'), { 'dependency=payments': 2 })
  assert.deepEqual(
    log.lines.map(({ message, dependency }) => [message, dependency]),
    [['circuit open', 'payments']],
  )
})

for (const [countsServerErrors, refusing] of [
  [true, true],
  [false, false],
] as const) {
  test(`answers of 503 ${refusing ? 'open' : 'do not open'} a circuit that ${refusing ? 'counts' : 'does not count'} them`, async t => {
    const { client } = await startPayments(t, json(503, { error: 'unavailable', message: 'not now' }), {
      circuit: { log: fakeLog(), countsServerErrors },
    })

    for (let n = 0; n < 5; n++) assert.equal((await client.call(charge, request)).status, 503)

    assert.equal(client.isRefusing(), refusing)
  })
}
