import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog, readMetric } from '@techmart/platform/testing'
import { makeNotificationsEvents } from '../src/events.ts'
import { makeNotify } from '../src/notify.ts'
import { makeWelcomeCustomer } from '../src/welcome-customer.ts'
import { makeFailingMail, makeMemoryNotifications, newcomer } from './fakes.ts'

test('a new customer is welcomed by name, once, however often the sign-up is delivered', async () => {
  const mail = makeFailingMail(0)
  const metrics = buildMetrics()
  const log = fakeLog()
  const events = makeNotificationsEvents(metrics, log)
  const welcomeCustomer = makeWelcomeCustomer(makeNotify({ notifications: makeMemoryNotifications(), mail, events }))

  await welcomeCustomer(newcomer)
  await welcomeCustomer(newcomer)

  assert.deepEqual(mail.sent, [
    { messageKey: newcomer.eventId, to: newcomer.email, template: 'welcome', data: { name: 'Grace' } },
  ])
  assert.deepEqual(await readMetric(metrics, 'notifications_sent_total'), {
    'template=order-confirmation': 0,
    'template=welcome': 1,
  })
  assert.deepEqual(
    log.lines.map(({ message, user_id, template }) => [message, user_id, template]),
    [
      ['notification sent', newcomer.userId, 'welcome'],
      ['notification sent before', newcomer.userId, 'welcome'],
    ],
  )
  assert.ok(!/@|Grace/.test(JSON.stringify(log.lines)))
})
