// One mail for one event. Safe to run twice: the event id is written down before the mail is sent, and is the provider's
// message key.
import { CircuitOpenError } from '@techmart/platform/circuit'
import type { NotificationsEvents } from './events.ts'
import type { Mail, MailClient } from './mail-client.ts'
import type { Notification, NotificationStore } from './notification-store.ts'

/** The notification that is kept, and what the provider needs and nobody keeps. */
export type Notify = (notification: Notification, mail: Pick<Mail, 'to' | 'data'>) => Promise<void>

export function makeNotify(ports: {
  notifications: NotificationStore
  mail: MailClient
  events: NotificationsEvents
  now?: () => number
}): Notify {
  const { notifications, mail, events, now = performance.now.bind(performance) } = ports

  return async (notification, { to, data }) => {
    const startedAtMs = now()
    const { eventId, template } = notification
    if ((await notifications.accept(notification)) === 'sent-before') {
      events.skipped(notification)
      return
    }
    try {
      await mail.send({ messageKey: eventId, to, template, data })
    } catch (error) {
      // Nothing was tried: the mail waits until the provider is asked again, and is not given up.
      if (!(error instanceof CircuitOpenError)) events.failed(notification, error, now() - startedAtMs)
      throw error
    }
    await notifications.markSent(eventId)
    events.sent(notification, now() - startedAtMs)
  }
}
