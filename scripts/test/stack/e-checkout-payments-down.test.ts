// Payments stopped, and the world outside stopped: checkout says so fast and plainly, everything else goes on, and the SLO sees it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totalSince } from './counted.ts'
import { ask, eventually, logs, newOrder, placeOrder, query, shop, stopService, urls } from './lab.ts'

/** What a person still finds quick. */
const fastMs = 300

async function checkOut(): Promise<{ status: number; message: string; ms: number }> {
  const begunAt = performance.now()
  const answer = await shop('/api/orders', { method: 'POST', json: newOrder() })
  return { status: answer.status, message: String(answer.body.message), ms: performance.now() - begunAt }
}

const circuitOf = async (service: string, dependency: string): Promise<number> => {
  const [found] = await query(`max(circuit_breaker_state{service="${service}", dependency="${dependency}"})`)
  return found?.value ?? Number.NaN
}

const middleOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

test('while payments is stopped, checkout is refused fast and plainly, browsing goes on, and every refusal is a failed checkout', async t => {
  const since = Date.now()
  const startPayments = await stopService(t, 'payments')
  const isPlain = /^Payments cannot be taken just now\. Nothing was ordered and nothing was charged/
  await eventually(async () => assert.match((await checkOut()).message, isPlain), { withinMs: 60_000, everyMs: 200 })

  const refusals = []
  const pages = []
  for (let n = 0; n < 40; n += 1) {
    refusals.push(await checkOut())
    pages.push((await shop('/api/products?pageSize=5')).status)
  }

  t.diagnostic(`answered within ${Math.round(Math.max(...refusals.map(({ ms }) => ms)))} ms at most`)
  assert.ok(refusals.every(({ status }) => status === 503))
  assert.ok(refusals.every(({ message }) => isPlain.test(message)))
  const middleMs = middleOf(refusals.map(({ ms }) => ms))
  assert.ok(middleMs < fastMs, `${middleMs} ms`)
  assert.deepEqual([...new Set(pages)], [200])
  const failed = 'techmart_calls_total{span_name="cuj.checkout", status_code="STATUS_CODE_ERROR"}'
  await eventually(
    async () => {
      assert.ok((await circuitOf('api', 'payments')) > 0)
      assert.ok((await totalSince(failed, since)) >= refusals.length)
      const lines = await logs('{service_name="api"} |= "circuit open"', 5)
      assert.ok(lines.length > 0)
    },
    { withinMs: 40_000, everyMs: 1_000 },
  )

  await startPayments()
  await eventually(async () => assert.equal((await placeOrder()).status, 201), { withinMs: 30_000 })
  await eventually(async () => assert.equal(await circuitOf('api', 'payments'), 0), { withinMs: 30_000 })
})

test('no order of the time without payments is left half done', async () => {
  await eventually(
    async () => {
      const [unfinished] = await query('max(orders_unfinished_oldest_seconds)')
      assert.ok((unfinished?.value ?? 0) < 30, `the oldest unfinished order is ${unfinished?.value} s old`)
    },
    { withinMs: 60_000, everyMs: 1_000 },
  )
})

test('while the world outside is stopped, checkout is refused plainly, shipping costs the flat rate, and browsing goes on', async t => {
  const startOutside = await stopService(t, 'outside-world')
  await eventually(async () => assert.ok((await circuitOf('payments', 'payment-provider')) > 0), {
    withinMs: 90_000,
    everyMs: 500,
  })

  const quote = await ask(`${urls.store}/api/shipping-quotes?country=BR&pieces=2`)
  // Now and then a charge is the one that tries whether the provider is back, and takes longer.
  const refused = await eventually(
    async () => {
      const answer = await checkOut()
      assert.equal(answer.status, 503)
      return answer
    },
    { withinMs: 30_000 },
  )
  const page = await shop('/api/products?pageSize=5')

  assert.deepEqual([quote.status, quote.body.source, quote.body.cents], [200, 'flat', 690])
  assert.match(refused.message, /not available just now|cannot be taken just now/)
  assert.equal(page.status, 200)

  await startOutside()
  await eventually(async () => assert.equal((await placeOrder()).status, 201), { withinMs: 30_000 })
})
