import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { Notification } from './notification-store.ts'

export interface NotificationsEvents {
  sent(what: Notification, tookMs: number): void
  failed(what: Notification, error: unknown, tookMs: number): void
  skipped(what: Notification): void
}

const templates = ['order-confirmation', 'welcome'] as const satisfies readonly Notification['template'][]
// Up to the three tries' time limits and the pauses between them.
const bucketsMs = [10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000]

export function makeNotificationsEvents(metrics: Metrics, log: Log): NotificationsEvents {
  const sent = metrics.counter('notifications_sent_total', 'Mails handed to the provider.', ['template'])
  const failed = metrics.counter('notifications_failed_total', 'Mails given up after all tries of one delivery.', [
    'template',
  ])
  const duration = metrics.histogram(
    'notification_processing_duration_ms',
    'From taking the event to having handed the mail over, or given it up.',
    ['template'],
    bucketsMs,
  )
  for (const template of templates) {
    sent.inc({ template }, 0)
    failed.inc({ template }, 0)
  }
  const fields = (what: Notification) => ({
    event_id: what.eventId,
    ...('orderId' in what ? { order_id: what.orderId } : { user_id: what.userId }),
    template: what.template,
  })

  return {
    sent(what, tookMs) {
      sent.inc({ template: what.template })
      duration.observe({ template: what.template }, tookMs)
      log.info('notification sent', fields(what))
    },
    failed(what, error, tookMs) {
      failed.inc({ template: what.template })
      duration.observe({ template: what.template }, tookMs)
      log.error('notification failed', { ...fields(what), reason: error instanceof Error ? error.message : 'unknown' })
    },
    skipped: what => void log.info('notification sent before', fields(what)),
  }
}
