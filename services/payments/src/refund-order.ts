import { type ChargePorts, settle } from './charge-order.ts'
import type { StoredCharge } from './charge-store.ts'

export type RefundResult =
  | { outcome: 'refunded'; charge: StoredCharge }
  | { outcome: 'nothing-charged' }
  | { outcome: 'unanswered'; why: 'failed' | 'circuit_open'; cause: Error }

export type RefundOrder = (orderId: string) => Promise<RefundResult>

export function makeRefundOrder({ charges, provider, events }: ChargePorts): RefundOrder {
  return async orderId => {
    // Written down before anything is asked. A refund may overtake the charge it undoes: the late charge is refused then. And
    // whoever comes after a lost reply, or after a crash in here, must not find money that is on its way back and deliver for it.
    let charge = await charges.beginRefund(orderId)

    if (charge.state === 'refunding' && charge.settledAt === null) {
      // Nobody knows whether the money was taken. Asking for the charge again under the same key tells, and closes the key
      // to a request that is still on its way.
      const { amountCents, country } = charge
      if (amountCents === null || country === null) throw new Error(`The charge of order ${orderId} has no amount.`)
      const answer = await provider.settleCharge({ orderId, amountCents, country })
      if (answer.outcome === 'unanswered') return answer
      charge = (await settle(charges, orderId, answer)).charge
    }
    if (charge.state === 'refunded') return { outcome: 'refunded', charge }
    if (charge.state !== 'refunding') return { outcome: 'nothing-charged' }

    const answer = await provider.refund(orderId)
    if (answer.outcome === 'unanswered') {
      events.refundUnanswered(charge, answer.why)
      return answer
    }
    // A provider that no longer knows the charge has nothing to give back; keeping the row `refunding` would only repeat this.
    const refunded = await charges.markRefunded(orderId)
    events.refunded(refunded, answer.outcome)
    return { outcome: 'refunded', charge: refunded }
  }
}
