// What is done with one order event. Safe to run twice: the event id is written down before the mail is sent, and is the
// provider's message key.
import type { OrderPlaced } from '@techmart/contracts/order-events'
import type { NotificationsEvents } from './events.ts'
import type { MailClient } from './mail-client.ts'
import type { NotificationStore } from './notification-store.ts'

export type ConfirmOrder = (event: OrderPlaced) => Promise<void>

const template = 'order-confirmation'

export function makeConfirmOrder(ports: {
  notifications: NotificationStore
  mail: MailClient
  events: NotificationsEvents
  now?: () => number
}): ConfirmOrder {
  const { notifications, mail, events, now = performance.now.bind(performance) } = ports

  return async ({ eventId, orderId, email, totalCents, itemCount }) => {
    const startedAtMs = now()
    const what = { eventId, orderId, template }
    if ((await notifications.accept(what)) === 'sent-before') {
      events.skipped(what)
      return
    }
    try {
      const data = { orderId, totalCents, itemCount }
      await mail.send({ messageKey: eventId, to: email, template, data })
    } catch (error) {
      events.failed(what, error, now() - startedAtMs)
      throw error
    }
    await notifications.markSent(eventId)
    events.sent(what, now() - startedAtMs)
  }
}
