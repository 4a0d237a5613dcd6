// Faults in the running store: scopes that travel from service to service, a consumer that leaves its group, and an end on time
// everywhere though the lab itself is killed.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Fault, FaultRequest } from '@techmart/contracts/faults'
import { ask, compose, eventually, newOrder, newTrace, placeOrder, query, shop, trace, urls } from './lab.ts'

type Fields = Omit<FaultRequest, 'scenario' | 'reason' | 'durationSeconds'>

/** Ends with the test, or after `seconds`. */
async function breakFor(t: TestContext, seconds: number, scenario: string, fault: Fields): Promise<Fault> {
  const json = { scenario, reason: 'a test of faults', durationSeconds: seconds, ...fault }
  const answer = await ask(`${urls.lab}/lab/faults`, { method: 'POST', json })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  t.after(() => ask(`${urls.lab}/lab/faults/${answer.body.id}`, { method: 'DELETE' }))
  return answer.body
}

/** Services read the list once a second. */
const heard = { withinMs: 5_000 }

const struckServices = async () => (await query('sum by (job) (faults_active) > 0')).map(({ labels }) => labels.job)

test('only the caller who carries the chosen word is struck, three services further in', async t => {
  const header = { name: 'x-chaos', value: 'canary' } as const
  const target = 'POST /charges'
  await breakFor(t, 60, 'canary', {
    service: 'payments',
    point: 'http-server',
    kind: 'error',
    ratio: 1,
    target,
    header,
  })
  const { traceId, traceparent } = newTrace()

  await eventually(async () => {
    const marked = await shop('/api/orders', {
      method: 'POST',
      json: newOrder(),
      headers: { 'x-chaos': 'canary', traceparent, 'idempotency-key': crypto.randomUUID() },
    })
    assert.ok(marked.status >= 500, `${marked.status}`)
  }, heard)
  const unmarked = await placeOrder()

  assert.equal(unmarked.status, 201)
  await eventually(
    async () => {
      const struck = (await trace(traceId)).filter(({ attributes }) => attributes['chaos.fault'] === 'canary')
      assert.deepEqual([...new Set(struck.map(({ service }) => service))], ['payments'])
    },
    { withinMs: 30_000, everyMs: 1_000 },
  )
})

test('a country goes with its order to a service whose requests do not name it', async t => {
  const target = 'POST /reservations'
  await breakFor(t, 60, 'no-stock-for-brazil', {
    service: 'inventory',
    point: 'http-server',
    kind: 'error',
    ratio: 1,
    target,
    country: 'BR',
  })

  await eventually(async () => {
    const { status } = await shop('/api/orders', { method: 'POST', json: newOrder({ country: 'BR' }) })
    assert.ok(status >= 500, `${status}`)
  }, heard)

  assert.equal((await placeOrder({ country: 'JP' })).status, 201)
})

test('a stopped consumer leaves its group and comes back', async t => {
  const members = async () => {
    const { body } = await ask(`${urls.lab}/metrics`)
    return Number(/^kafka_consumer_group_members\{group="notifications"\} (\d+)$/m.exec(String(body))?.[1])
  }
  await eventually(async () => assert.equal(await members(), 1), { withinMs: 30_000 })

  await breakFor(t, 25, 'mail-stopped', { service: 'notifications', point: 'consumer', kind: 'stop', ratio: 1 })

  await eventually(async () => assert.equal(await members(), 0), { withinMs: 20_000, everyMs: 1_000 })
  await eventually(async () => assert.equal(await members(), 1), { withinMs: 60_000, everyMs: 1_000 })
})

test('the lab is killed in the middle: every fault ends on time, everywhere', async t => {
  const seconds = 30
  // Before the faults' own cleaning, which asks the lab.
  t.after(async () => {
    await compose('start', 'lab')
    await eventually(async () => assert.equal((await ask(`${urls.lab}/health`)).status, 200), { withinMs: 60_000 })
  })
  const everywhere: Fields[] = [
    { service: 'api', point: 'http-server', kind: 'error', ratio: 1, target: 'GET /api/products/:id' },
    { service: 'gateway', point: 'http-client', kind: 'latency', ratio: 1, latencyMs: 300, target: 'users' },
    { service: 'inventory', point: 'database', kind: 'latency', ratio: 1, latencyMs: 100 },
    { service: 'payments', point: 'process', kind: 'cpu-burn', ratio: 0.2 },
    { service: 'notifications', point: 'consumer', kind: 'stop', ratio: 1 },
    { service: 'product-worker', point: 'consumer', kind: 'latency', ratio: 1, latencyMs: 200 },
    { service: 'users', point: 'process', kind: 'block-loop', ratio: 0.3, latencyMs: 100 },
  ]
  const faults = []
  for (const fault of everywhere) faults.push(await breakFor(t, seconds, 'everything-at-once', fault))
  const lastEndMs = Math.max(...faults.map(({ endsAt }) => Date.parse(endsAt)))
  await eventually(async () => assert.equal((await shop('/api/products/11')).status, 503), heard)
  const names = everywhere.map(({ service }) => service).sort()
  await eventually(async () => assert.deepEqual((await struckServices()).sort(), names), { withinMs: 20_000 })

  await compose('kill', 'lab')
  const remainingMs = lastEndMs - Date.now()
  assert.ok(remainingMs > 3_000, `the faults end in ${remainingMs} ms: too soon to show anything`)
  assert.equal((await shop('/api/products/11')).status, 503, 'the fault ended with the lab')

  await eventually(async () => assert.equal((await shop('/api/products/11')).status, 200), {
    withinMs: remainingMs + 2_000,
  })
  const overMs = Date.now() - Date.parse(faults[0]?.endsAt ?? '')
  await eventually(async () => assert.deepEqual(await struckServices(), []), {
    // A scrape, and its way into Prometheus.
    withinMs: lastEndMs + 10_000 - Date.now(),
  })
  t.diagnostic(`the first good answer came ${overMs} ms after the end that the fault was given`)
  assert.ok(overMs > -1_000 && overMs < 2_000, `${overMs} ms`)
})

test('a lab that was killed remembers what ended meanwhile', async () => {
  const { faults } = (await ask(`${urls.lab}/lab/fault-records`)).body

  const ofTheKill = faults.filter(({ scenario }: Fault) => scenario === 'everything-at-once').slice(-7)
  assert.equal(ofTheKill.length, 7)
  assert.deepEqual(
    ofTheKill.map(({ endsAt, endedAt, endedBy }: Record<string, string>) => [endedAt === endsAt, endedBy]),
    ofTheKill.map(() => [true, 'time']),
  )
})
