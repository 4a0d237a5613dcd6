import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeConfirmOrder } from '../src/confirm-order.ts'
import { makeNotify } from '../src/notify.ts'
import { lampOrder, makeFailingMail, makeMemoryNotifications, makeRecordedEvents } from './fakes.ts'

test('an order event that is delivered twice sends one mail', async () => {
  const mail = makeFailingMail(0)
  const events = makeRecordedEvents()
  const confirmOrder = makeConfirmOrder(makeNotify({ notifications: makeMemoryNotifications(), mail, events }))

  await confirmOrder(lampOrder)
  await confirmOrder(lampOrder)

  assert.equal(mail.sent.length, 1)
  assert.deepEqual(events.happened, ['sent', 'skipped'])
})

test('the event id is the message key, so that the provider recognises a repeat too', async () => {
  const mail = makeFailingMail(0)
  const confirmOrder = makeConfirmOrder(
    makeNotify({
      notifications: makeMemoryNotifications(),
      mail,
      events: makeRecordedEvents(),
    }),
  )

  await confirmOrder(lampOrder)

  assert.deepEqual(mail.sent, [
    {
      messageKey: lampOrder.eventId,
      to: 'ada@techmart.example',
      template: 'order-confirmation',
      data: { orderId: lampOrder.orderId, totalCents: 1_30, itemCount: 2 },
    },
  ])
})

test('a mail that failed is sent when the event is delivered again', async () => {
  const notifications = makeMemoryNotifications()
  const mail = makeFailingMail(1)
  const events = makeRecordedEvents()
  const confirmOrder = makeConfirmOrder(makeNotify({ notifications, mail, events }))

  await assert.rejects(confirmOrder(lampOrder), /503/)
  await confirmOrder(lampOrder)

  assert.equal(mail.sent.length, 1)
  assert.equal(notifications.states.get(lampOrder.eventId), 'sent')
  assert.deepEqual(events.happened, ['failed', 'sent'])
})

test('an event that was accepted by a process that died is sent by the next one', async () => {
  const notifications = makeMemoryNotifications()
  await notifications.accept({ eventId: lampOrder.eventId, orderId: lampOrder.orderId, template: 'order-confirmation' })
  const mail = makeFailingMail(0)
  const confirmOrder = makeConfirmOrder(makeNotify({ notifications, mail, events: makeRecordedEvents() }))

  await confirmOrder(lampOrder)

  assert.equal(mail.sent.length, 1)
})
