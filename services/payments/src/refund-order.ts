import { type ChargePorts, settle } from './charge-order.ts'
import type { StoredCharge } from './charge-store.ts'

export type RefundResult =
  | { outcome: 'refunded'; charge: StoredCharge }
  | { outcome: 'nothing-charged' }
  | { outcome: 'unanswered'; why: 'failed' | 'circuit_open'; cause: Error }

export type RefundOrder = (orderId: string) => Promise<RefundResult>

export function makeRefundOrder({ charges, provider, events }: ChargePorts): RefundOrder {
  return async orderId => {
    // A refund may overtake the charge it undoes. The order is marked first, so that the late charge is refused.
    let charge = await charges.voidUnlessKnown(orderId)
    if (!charge) return { outcome: 'nothing-charged' }

    if (charge.state === 'pending') {
      // Nobody knows whether the money was taken. Asking for the charge again under the same key tells, and closes the key
      // to a request that is still on its way.
      const { amountCents, country } = charge
      if (amountCents === null || country === null) throw new Error(`The charge of order ${orderId} has no amount.`)
      const answer = await provider.settleCharge({ orderId, amountCents, country })
      if (answer.outcome === 'unanswered') return answer
      charge = await settle(charges, orderId, answer)
    }
    if (charge.state === 'refunded') return { outcome: 'refunded', charge }
    if (charge.state !== 'charged') return { outcome: 'nothing-charged' }

    const answer = await provider.refund(orderId)
    if (answer.outcome === 'unanswered') {
      events.refundUnanswered(charge, answer.why)
      return answer
    }
    // A provider that no longer knows the charge has nothing to give back; keeping the row `charged` would only repeat this.
    const refunded = await charges.markRefunded(orderId)
    events.refunded(refunded, answer.outcome)
    return { outcome: 'refunded', charge: refunded }
  }
}
