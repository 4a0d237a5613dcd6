import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { makeHttpClient } from '@techmart/platform/http-client'
import { buildMetrics } from '@techmart/platform/metrics'
import { eventually, fakeLog } from '@techmart/platform/testing'
import { makePaymentsClient } from '../src/payments-client.ts'
import { makeProbePayments } from '../src/probe-payments.ts'
import { fakePayments } from './fakes.ts'

const stopping = new AbortController().signal

test('while payments is trusted it is not asked', async () => {
  let asked = 0
  const payments = fakePayments({ probe: async () => void asked++ })

  await makeProbePayments({ payments, stopping })()

  assert.equal(asked, 0)
})

test('payments that was away is trusted again once it answers the probe, without any checkout', async t => {
  let isBack = false
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (!isBack) return request.socket.destroy()
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: 'not_found', message: 'Nothing was charged for this order.' }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const payments = makePaymentsClient(
    makeHttpClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMs: 1_000,
      dependency: 'payments',
      metrics: buildMetrics(),
      circuit: { log: fakeLog(), openMs: 50 },
    }),
  )
  const probe = makeProbePayments({ payments, stopping })
  const order = { id: '0b8f4c1e-0d53-4f0a-9a55-000000000011', totalCents: 1_30, country: 'DE' } as const
  for (let n = 0; n < 3; n++) await assert.rejects(payments.charge(order, stopping))
  await probe()
  const trustedWhileAway = payments.isTrusted()

  isBack = true
  await eventually(
    async () => {
      await probe()
      assert.equal(payments.isTrusted(), true)
    },
    { withinMs: 2_000 },
  )

  assert.equal(trustedWhileAway, false)
  assert.equal(asked.at(-1), 'GET /charges/00000000-0000-4000-8000-000000000000')
})
