import type { OrderPlaced } from '@techmart/contracts/order-events'
import type { UserCreated } from '@techmart/contracts/user-events'
import type { NotificationsEvents } from '../src/events.ts'
import type { Mail, MailClient } from '../src/mail-client.ts'
import type { NotificationStore } from '../src/notification-store.ts'

export const lampOrder: OrderPlaced = {
  eventId: '1f0e7c52-0d65-4c8e-8a11-aa00bb00cc11',
  orderId: '7b6c1f7e-57f7-4c8e-9d2a-0c8a5f5f0011',
  email: 'ada@techmart.example',
  country: 'BR',
  segment: 'vip',
  totalCents: 1_30,
  itemCount: 2,
  placedAt: '2026-11-20T10:00:00Z',
}

export const newcomer: UserCreated = {
  eventId: '1f0e7c52-0d65-4c8e-8a11-aa00bb00cc12',
  userId: '7b6c1f7e-57f7-4c8e-9d2a-0c8a5f5f0012',
  email: 'grace@techmart.example',
  name: 'Grace',
  country: 'US',
  createdAt: '2026-11-20T11:00:00Z',
}

/** The table in memory, by the same rules as the SQL. */
export function makeMemoryNotifications(): NotificationStore & { states: Map<string, 'accepted' | 'sent'> } {
  const states = new Map<string, 'accepted' | 'sent'>()
  return {
    states,
    async accept({ eventId }) {
      if (states.get(eventId) === 'sent') return 'sent-before'
      states.set(eventId, 'accepted')
      return 'to-send'
    },
    async markSent(eventId) {
      states.set(eventId, 'sent')
    },
    removeAcceptedBefore: async () => 0,
  }
}

/** Fails as often as told, then accepts; keeps what it sent. */
export function makeFailingMail(
  failures: number,
  error = new Error('The mail provider answered with 503.'),
): MailClient & { sent: Mail[] } {
  const sent: Mail[] = []
  let left = failures
  return {
    sent,
    async send(mail) {
      if (left-- > 0) throw error
      sent.push(mail)
    },
  }
}

export function makeRecordedEvents(): NotificationsEvents & { happened: string[] } {
  const happened: string[] = []
  return {
    happened,
    sent: () => void happened.push('sent'),
    failed: () => void happened.push('failed'),
    skipped: () => void happened.push('skipped'),
  }
}
