// The provider over HTTP, as outside-world's contract has it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { makeHttpClient } from '@techmart/platform/http-client'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog } from '@techmart/platform/testing'
import { makeTryAgain } from '@techmart/platform/try-again'
import { isTechnical, makePaymentProvider } from '../src/provider-client.ts'

/** A provider that answers charges of some countries only, and counts what it is asked. */
async function startProvider(t: TestContext, answers: (country: string) => boolean) {
  let asked = 0
  const server = createServer(async (request, response) => {
    asked++
    const { country = 'JP' } = request.url === '/payment/charges' ? ((await json(request)) as { country: string }) : {}
    const [status, body] = answers(country)
      ? [200, { chargeKey: 'a-charge', status: 'approved' }]
      : [503, { error: 'unavailable', message: 'not now' }]
    response.writeHead(status as number, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const provider = makePaymentProvider({
    http: makeHttpClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMs: 2_000,
      dependency: 'payment-provider',
      metrics: buildMetrics(),
      circuit: { log: fakeLog(), openMs: 60_000, countsServerErrors: true },
    }),
    tryAgain: makeTryAgain({ isTechnical, tryTimeoutMs: 2_000, totalMs: 10_000, pause: async () => {} }),
  })
  const charge = (country: 'US' | 'JP') => provider.charge({ orderId: randomUUID(), amountCents: 1_30, country })
  return { provider, charge, countAsked: () => asked }
}

test("one country's trouble, with all its tries and what is to be undone again and again, closes the shop to no other", async t => {
  const { provider, charge } = await startProvider(t, country => country === 'US')

  const outcomes: string[] = []
  for (let n = 0; n < 12; n++) {
    outcomes.push((await charge('US')).outcome, (await charge('US')).outcome)
    const orderId = randomUUID()
    await provider.charge({ orderId, amountCents: 1_30, country: 'JP' })
    await provider.settleCharge({ orderId, amountCents: 1_30, country: 'JP' })
    await provider.refund(orderId)
  }

  assert.deepEqual(new Set(outcomes), new Set(['approved']))
})

test('a provider that answers nobody is not asked any more after five charges', async t => {
  const { charge, countAsked } = await startProvider(t, () => false)

  const answers = []
  for (let n = 0; n < 8; n++) answers.push(await charge('US'))

  assert.deepEqual(
    answers.map(answer => 'why' in answer && answer.why),
    [...Array(4).fill('failed'), ...Array(4).fill('circuit_open')],
  )
  // The fifth is asked once, and opens the circuit by it.
  assert.equal(countAsked(), 4 * 3 + 1)
})
