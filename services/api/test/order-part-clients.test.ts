// Users and the carrier over real sockets: what they may cost a checkout at most.
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { makeHttpClient } from '@techmart/platform/http-client'
import { buildMetrics } from '@techmart/platform/metrics'
import { UpstreamError } from '@techmart/platform/refusals'
import { fakeLog } from '@techmart/platform/testing'
import { carrierLimits, makeCarrierClient } from '../src/carrier-client.ts'
import { customersTimeoutMs, makeCustomersClient } from '../src/customers-client.ts'

const signal = new AbortController().signal
const parcel = { country: 'BR', pieces: 3 } as const
const ada = { id: '0b8f4c1e-0d53-4f0a-9a55-0000000000aa', name: 'Ada Byron', segment: 'vip' }

/** Answers with the listeners one after the other, and with the last one for ever. */
async function startServer(t: TestContext, ...answers: readonly RequestListener[]) {
  const asked: { url: string | undefined; body: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    asked.push({ url: request.url, body: Buffer.concat(chunks).toString() })
    answers[Math.min(asked.length, answers.length) - 1]?.(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const client = (timeoutMs: number) =>
    makeHttpClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMs,
      dependency: 'somebody',
      metrics: buildMetrics(),
      circuit: { log: fakeLog() },
    })
  return {
    asked,
    carrier: makeCarrierClient(client(carrierLimits.tryTimeoutMs)),
    customers: makeCustomersClient(client(customersTimeoutMs)),
  }
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
const failing = json(503, { error: 'unavailable', message: 'not now' })
const hanging: RequestListener = () => {}
const priced = json(200, { ...parcel, cents: 12_20 })

/** Milliseconds until the promise is rejected with no answer. */
async function msUntilGivenUp(asking: Promise<unknown>): Promise<number> {
  const begunAt = performance.now()
  await assert.rejects(asking, UpstreamError)
  return performance.now() - begunAt
}

test('a price that failed once is asked for once more', async t => {
  const { carrier, asked } = await startServer(t, failing, priced)

  const quote = await carrier.quote(parcel, signal)

  assert.deepEqual([quote, asked.length], [{ cents: 12_20 }, 2])
})

test('a price that fails twice is given up', async t => {
  const { carrier, asked } = await startServer(t, failing)

  await assert.rejects(carrier.quote(parcel, signal), UpstreamError)

  assert.equal(asked.length, 2)
})

test('a carrier that hangs costs half a second and one try', async t => {
  const { carrier, asked } = await startServer(t, hanging)

  const ms = await msUntilGivenUp(carrier.quote(parcel, signal))

  assert.ok(ms > 400 && ms < 1_500, `${ms} ms`)
  assert.equal(asked.length, 1)
})

test('a customer is asked for with the address in the body, never in the path', async t => {
  const { customers, asked } = await startServer(t, json(200, ada))

  const found = await customers.find('ada@techmart.example', signal)

  assert.deepEqual(found, ada)
  assert.deepEqual(asked, [{ url: '/customers/look-up', body: '{"email":"ada@techmart.example"}' }])
})

test('somebody whom users does not know is nobody, and no error', async t => {
  const { customers } = await startServer(t, json(404, { error: 'not_found', message: 'Nobody.' }))

  assert.equal(await customers.find('grace@techmart.example', signal), undefined)
})

test('users that hangs costs 300 ms and one try', async t => {
  const { customers, asked } = await startServer(t, hanging)

  const ms = await msUntilGivenUp(customers.find('ada@techmart.example', signal))

  assert.ok(ms > 200 && ms < 1_300, `${ms} ms`)
  assert.equal(asked.length, 1)
})
