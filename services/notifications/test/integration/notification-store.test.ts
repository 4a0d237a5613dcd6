import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { openTestPostgres } from '@techmart/platform/testing-postgres'
import { makeConfirmOrder } from '../../src/confirm-order.ts'
import { makeNotificationStore } from '../../src/notification-store.ts'
import { makeNotify } from '../../src/notify.ts'
import { makeWelcomeCustomer } from '../../src/welcome-customer.ts'
import { lampOrder, makeFailingMail, makeRecordedEvents, newcomer } from '../fakes.ts'

const migrations = new URL('../../migrations/', import.meta.url)

test('an event that comes again after its mail was sent is recognised', async t => {
  const notifications = makeNotificationStore(await openTestPostgres(t, migrations))
  const mail = makeFailingMail(1)
  const confirmOrder = makeConfirmOrder(makeNotify({ notifications, mail, events: makeRecordedEvents() }))

  await assert.rejects(confirmOrder(lampOrder))
  await confirmOrder(lampOrder)
  await confirmOrder(lampOrder)

  assert.equal(mail.sent.length, 1)
})

test('what is remembered holds no address', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const notify = makeNotify({
    notifications: makeNotificationStore(postgres),
    mail: makeFailingMail(0),
    events: makeRecordedEvents(),
  })
  const [confirmOrder, welcomeCustomer] = [makeConfirmOrder(notify), makeWelcomeCustomer(notify)]

  await confirmOrder(lampOrder)
  await welcomeCustomer(newcomer)

  const rows = await postgres.run('read notifications', sql => sql`SELECT * FROM notifications`)
  assert.equal(rows.length, 2)
  assert.ok(!/@|Grace/.test(JSON.stringify(rows)))
})

test('only events that are old enough are forgotten', async t => {
  const postgres = await openTestPostgres(t, migrations)
  const notifications = makeNotificationStore(postgres)
  const [old, young] = [randomUUID(), randomUUID()]
  for (const eventId of [old, young]) {
    await notifications.accept({ eventId, orderId: lampOrder.orderId, template: 'order-confirmation' })
  }
  await postgres.run(
    'make older',
    sql => sql`UPDATE notifications SET accepted_at = now() - interval '73 hours' WHERE event_id = ${old}`,
  )

  const removed = await notifications.removeAcceptedBefore(72, 100)

  assert.equal(removed, 1)
})
