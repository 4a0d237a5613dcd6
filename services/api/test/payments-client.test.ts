// Payments over a real socket: what the checkout makes of its answers.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { makeHttpClient } from '@techmart/platform/http-client'
import { buildMetrics } from '@techmart/platform/metrics'
import { makePaymentsClient } from '../src/payments-client.ts'

const orderId = '0b8f4c1e-0d53-4f0a-9a55-000000000011'

async function startPayments(t: TestContext, status: number, body: object) {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return makePaymentsClient(
    makeHttpClient({ baseUrl, timeoutMs: 5_000, dependency: 'payments', metrics: buildMetrics() }),
  )
}

test('a charge that is not answered yet, or is being given back, is no charge to deliver for', async t => {
  const payments = await startPayments(t, 409, { error: 'conflict', message: 'The money is being given back.' })

  assert.equal(await payments.findCharge(orderId, new AbortController().signal), undefined)
})
