import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog, readMetric } from '@techmart/platform/testing'
import { makeInventoryEvents } from '../src/events.ts'
import { makeKeepShelves } from '../src/keep-shelves.ts'
import { makeRemoveOldRows } from '../src/remove-old-rows.ts'
import { fakeReservations, fakeStock } from './fakes.ts'

function listen() {
  const metrics = buildMetrics()
  const log = fakeLog()
  return { metrics, log, events: makeInventoryEvents(metrics, log) }
}

test('a round restocks, counts the stock and tells of it', async () => {
  const { metrics, events, log } = listen()
  const stock = fakeStock({
    restock: async () => [
      { productId: 11, quantity: 130 },
      { productId: 12, quantity: 70 },
    ],
    totals: async () => ({ available: 900, held: 13, belowThreshold: 1 }),
  })

  await makeKeepShelves({ stock, reservations: fakeReservations(), events })()

  assert.equal((await readMetric(metrics, 'stock_restocks_total'))[''], 2)
  assert.equal((await readMetric(metrics, 'stock_restocked_units_total'))[''], 200)
  assert.deepEqual(await readMetric(metrics, 'stock_units'), { 'state=available': 900, 'state=held': 13 })
  assert.equal((await readMetric(metrics, 'stock_products_below_threshold'))[''], 1)
  assert.deepEqual(
    log.lines.map(line => line.message),
    ['products restocked'],
  )
})

test('only what this replica gave back counts as expired here', async () => {
  const { metrics, events } = listen()
  const reservations = fakeReservations({
    findExpired: async () => ['order-11', 'order-12'],
    expire: async orderId => orderId === 'order-12',
  })

  await makeKeepShelves({ stock: fakeStock(), reservations, events })()

  assert.equal((await readMetric(metrics, 'reservations_total'))['outcome=expired'], 1)
})

test('old rows are removed by their own ages', async () => {
  const { events, log } = listen()
  const stock = fakeStock({ removeMovements: async days => days })
  const reservations = fakeReservations({ removeEnded: async hours => hours })

  await makeRemoveOldRows({ stock, reservations, events, reservationHours: 48, movementDays: 7 })()

  assert.deepEqual(
    log.lines.map(line => [line.what, line.count]),
    [
      ['reservations', 48],
      ['movements', 7],
    ],
  )
})
