// What an outage leaves behind, and how soon it is gone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeOrderStore } from '../../src/order-store.ts'
import { makeProductStore } from '../../src/product-store.ts'
import { buildTestAppOn, checkOut } from '../build-test-app.ts'
import { fakeInventory, fakePayments, kettle, lamp, lostReply } from '../fakes.ts'

test('some hundred orders that an outage left behind are undone or finished within 30 s of its end, by two replicas', async t => {
  const postgres = await openTestPostgres(t, new URL('../../migrations/', import.meta.url))
  await makeProductStore(postgres).seed([lamp, kettle])
  const inventory = fakeInventory()
  const payments = fakePayments()
  let isAway = true
  /** The work is done and the reply lost, as in the worst of outages. */
  const losing =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const answer = await call(...args)
      if (isAway) throw lostReply('somebody')
      return answer
    }
  const parts = {
    inventory: { ...inventory, commit: losing(inventory.commit), release: losing(inventory.release) },
    payments: { ...payments, charge: losing(payments.charge), refund: losing(payments.refund) },
    limits: { requestMs: 3_000, undoMs: 200, waitForTwinMs: 100 },
  }
  const build = () =>
    buildTestAppOn(t, { products: makeProductStore(postgres), orders: makeOrderStore(postgres), ...parts })
  const replicas = [build(), build()] as const
  const replies = await Promise.all(
    Array.from({ length: 150 }, (_, n) => checkOut((n % 2 ? replicas[0] : replicas[1]).app)),
  )
  await Promise.all(replicas.map(({ recover }) => recover()))

  isAway = false
  const backAt = Date.now()
  const unfinished = async () => (await makeOrderStore(postgres).countUnfinished()).orders
  const leftBehind = await unfinished()
  while ((await unfinished()) > 0 && Date.now() - backAt < 30_000) {
    await Promise.all(replicas.map(({ recover }) => recover()))
    await new Promise(resolve => setTimeout(resolve, 500))
  }

  t.diagnostic(`${leftBehind} orders settled ${Date.now() - backAt} ms after everybody was back`)
  assert.ok(replies.every(({ statusCode }) => statusCode >= 500))
  assert.equal(leftBehind, 150)
  assert.equal(await unfinished(), 0)
  const orders = await postgres.run<{ id: string; state: string }>('read', sql => sql`SELECT id, state FROM orders`)
  assert.equal(orders.length, 150)
  for (const { id, state } of orders) {
    const charge = payments.charges.get(id)
    assert.equal(charge === 'charged', state === 'confirmed', `${state} and ${charge}`)
    assert.equal(inventory.reservations.get(id), state === 'confirmed' ? 'committed' : 'released')
  }
})
