import { countries } from '@techmart/contracts/shop'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { ChargeCommand } from './charge-order.ts'
import type { StoredCharge } from './charge-store.ts'

/** The dependency's name in metrics and logs. */
export const paymentProviderName = 'payment-provider'

export type PaymentOutcome = 'charged' | 'declined' | 'failed' | 'circuit_open'

export interface PaymentsEvents {
  chargeAnswered(order: ChargeCommand, answer: { outcome: 'approved' } | { outcome: 'declined'; reason: string }): void
  chargeUnanswered(order: ChargeCommand, why: 'failed' | 'circuit_open'): void
  refunded(charge: StoredCharge, how: 'refunded' | 'unknown'): void
  refundUnanswered(charge: StoredCharge, why: 'failed' | 'circuit_open'): void
}

export const paymentOutcomes: readonly PaymentOutcome[] = ['charged', 'declined', 'failed', 'circuit_open']

export function makePaymentsEvents(metrics: Metrics, log: Log): PaymentsEvents {
  const payments = metrics.counter('payments_total', 'Charges asked, by country and how they ended.', [
    'country',
    'outcome',
  ])
  const refunds = metrics.counter('payment_refunds_total', 'Refunds asked of the provider, by how they ended.', [
    'outcome',
  ])
  // A series that starts with its first failure has no rate for that failure: all of them are there from the start.
  for (const country of countries) for (const outcome of paymentOutcomes) payments.inc({ country, outcome }, 0)

  return {
    chargeAnswered(order, answer) {
      const outcome = answer.outcome === 'approved' ? 'charged' : 'declined'
      payments.inc({ country: order.country, outcome })
      const reason = answer.outcome === 'declined' ? { reason: answer.reason } : {}
      log.info(`payment ${outcome}`, {
        order_id: order.orderId,
        country: order.country,
        amount_cents: order.amountCents,
        ...reason,
      })
    },
    chargeUnanswered(order, why) {
      payments.inc({ country: order.country, outcome: why })
      log.error('payment unanswered', { order_id: order.orderId, country: order.country, why })
    },
    refunded(charge, how) {
      refunds.inc({ outcome: how })
      if (how === 'unknown') log.warn('refund of a charge the provider does not know', { order_id: charge.orderId })
      else log.info('payment refunded', { order_id: charge.orderId, amount_cents: charge.amountCents })
    },
    refundUnanswered(charge, why) {
      refunds.inc({ outcome: why })
      log.error('refund unanswered', { order_id: charge.orderId, why })
    },
  }
}
