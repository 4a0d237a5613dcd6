import type { Db } from '@techmart/platform/postgres'
import type { Mail } from './mail-client.ts'

/** What is told, and whom or what it is about, by ids alone. */
export type Notification = { readonly eventId: string } & (
  | { readonly template: Extract<Mail['template'], 'order-confirmation'>; readonly orderId: string }
  | { readonly template: Extract<Mail['template'], 'welcome'>; readonly userId: string }
)

export interface NotificationStore {
  /** Writes the event down unless it was before; says whether its mail was sent already. */
  accept(notification: Notification): Promise<'to-send' | 'sent-before'>
  markSent(eventId: string): Promise<void>
  removeAcceptedBefore(hours: number, atMost: number): Promise<number>
}

export function makeNotificationStore(db: Db): NotificationStore {
  return {
    // One statement is one transaction: of two deliveries of an event only one inserts, the other reads its row.
    async accept(notification) {
      const { eventId, template } = notification
      const orderId = 'orderId' in notification ? notification.orderId : null
      const userId = 'userId' in notification ? notification.userId : null
      const [row] = await db.run<{ state: 'accepted' | 'sent' }>(
        'accept notification',
        sql => sql`
          INSERT INTO notifications (event_id, order_id, user_id, template, state)
          VALUES (${eventId}, ${orderId}, ${userId}, ${template}, 'accepted')
          ON CONFLICT (event_id) DO UPDATE SET state = notifications.state
          RETURNING state`,
      )
      return row?.state === 'sent' ? 'sent-before' : 'to-send'
    },
    async markSent(eventId) {
      await db.run(
        'mark notification sent',
        sql => sql`
          UPDATE notifications SET state = 'sent', sent_at = now() WHERE event_id = ${eventId} RETURNING event_id`,
      )
    },
    async removeAcceptedBefore(hours, atMost) {
      const rows = await db.run<{ event_id: string }>(
        'remove old notifications',
        sql => sql`
          DELETE FROM notifications WHERE event_id IN (
            SELECT event_id FROM notifications WHERE accepted_at < now() - make_interval(hours => ${hours})
            ORDER BY accepted_at LIMIT ${atMost} FOR UPDATE SKIP LOCKED)
          RETURNING event_id`,
      )
      return rows.length
    },
  }
}
