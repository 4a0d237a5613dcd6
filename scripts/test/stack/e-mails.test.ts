// What a mail waits for, and what it costs nobody: a database that is away, a provider that fails every mail.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { totalSince } from './counted.ts'
import { ask, eventually, logs, placeOrder, query, urls } from './lab.ts'

/** Longer than the 17 seconds after which a message that fails for its own sake is given up. */
const faultSeconds = 30

async function breakNotifications(t: TestContext, fault: { point: string; target?: string }): Promise<void> {
  const { status, body } = await ask(`${urls.store}/lab/faults`, {
    method: 'POST',
    json: {
      scenario: 'mails-wait',
      service: 'notifications',
      kind: 'error',
      ratio: 1,
      durationSeconds: faultSeconds,
      reason: 'to see mails wait',
      ...fault,
    },
  })
  assert.equal(status, 201, JSON.stringify(body))
  t.after(() => ask(`${urls.store}/lab/faults/${body.id}`, { method: 'DELETE' }))
  // The service reads the list once a second.
  await eventually(
    async () => {
      const struck = await query(
        'sum(increase(kafka_messages_total{service="notifications", outcome="retried"}[15s])) > 0',
      )
      assert.ok(struck.length > 0, 'the fault has struck nobody')
    },
    { withinMs: 15_000 },
  )
}

const isConfirmed = (orderId: string) =>
  eventually(
    async () => {
      const lines = await logs(`{service_name="notifications"} | order_id="${orderId}"`)
      assert.deepEqual(
        lines.map(({ line }) => line),
        ['notification sent'],
      )
    },
    { withinMs: 90_000, everyMs: 1_000 },
  )

const deadSince = (since: number) => totalSince('kafka_messages_total{service="notifications", outcome="dead"}', since)

test('a mail waits for a database that is away longer than any retry, and none is given up', async t => {
  const since = Date.now()
  await breakNotifications(t, { point: 'database' })

  const placed = await placeOrder()

  assert.equal(placed.status, 201)
  await isConfirmed(placed.body.order.id)
  assert.equal(await deadSince(since), 0)
})

test('while the provider fails every mail its circuit opens, mails wait, and checkouts notice nothing', async t => {
  const since = Date.now()
  await breakNotifications(t, { point: 'http-client', target: 'mail-provider' })

  const placed = await placeOrder()

  assert.equal(placed.status, 201)
  await eventually(
    async () => {
      const [state] = await query('max(max_over_time(circuit_breaker_state{service="notifications"}[1m]))')
      assert.equal(state?.value, 2)
    },
    { withinMs: 30_000 },
  )
  await isConfirmed(placed.body.order.id)
  assert.equal(await deadSince(since), 0)
})
