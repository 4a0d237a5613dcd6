// Payments as the checkout sees it.
import { chargeOrder, getCharge, refundOrder } from '@techmart/contracts/payment-routes'
import type { Country } from '@techmart/contracts/shop'
import type { HttpClient } from '@techmart/platform/http-client'
import { askAgain } from './ask-again.ts'
import { unexpectedAnswer } from './unexpected-answer.ts'

export interface PaymentsClient {
  /** False while payments is known not to answer: a charge would most likely fail. */
  isTrusted(): boolean
  /** Asks something that changes nothing, so that payments can be trusted again. Throws when there is no answer. */
  probe(signal: AbortSignal): Promise<void>
  charge(order: ChargedOrder, signal: AbortSignal): Promise<ChargeResult>
  /** Undefined where nothing is charged, not answered yet, or being given back: then a refund settles it. */
  findCharge(orderId: string, signal: AbortSignal): Promise<KnownCharge | undefined>
  /** Afterwards the order is not charged, and will not be. */
  refund(orderId: string, signal: AbortSignal): Promise<void>
}

export interface ChargedOrder {
  readonly id: string
  readonly totalCents: number
  readonly country: Country
}

export type ChargeResult = { readonly outcome: 'charged' } | { readonly outcome: 'declined'; readonly reason: string }

export type KnownCharge =
  | { readonly state: 'charged' | 'refunded' }
  | { readonly state: 'declined'; readonly reason: string }

/** Payments asks its provider up to three times by itself; five seconds in all leave room within the request's eight. */
const chargeLimits = { tries: 2, tryTimeoutMs: 3_500, totalMs: 5_000 }
const otherLimits = { tries: 2, tryTimeoutMs: 3_500, totalMs: 5_000 }

/** Answered 404 by whoever can read the charges. */
const nobodysOrder = '00000000-0000-4000-8000-000000000000'

export function makePaymentsClient(http: HttpClient): PaymentsClient {
  return {
    isTrusted: http.isTrusted,

    async probe(signal) {
      await http.call(getCharge, { params: { orderId: nobodysOrder } }, { timeoutMs: 1_000, signal })
    },

    async charge({ id, totalCents, country }, signal) {
      const body = { orderId: id, amountCents: totalCents, country }
      const reply = await askAgain(chargeLimits, signal, options => http.call(chargeOrder, { body }, options))
      if (reply.status === 201) return { outcome: 'charged' }
      if (reply.status === 402) return { outcome: 'declined', reason: reply.body.message }
      throw unexpectedAnswer('payments', 'a charge', reply)
    },

    async findCharge(orderId, signal) {
      const params = { orderId }
      const reply = await askAgain(otherLimits, signal, options => http.call(getCharge, { params }, options))
      if (reply.status === 404 || reply.status === 409) return undefined
      if (reply.status !== 200) throw unexpectedAnswer('payments', 'the question for a charge', reply)
      const { state, reason = 'not_said' } = reply.body
      return state === 'declined' ? { state, reason } : { state }
    },

    async refund(orderId, signal) {
      const params = { orderId }
      const reply = await askAgain(otherLimits, signal, options => http.call(refundOrder, { params }, options))
      if (reply.status !== 200 && reply.status !== 204) throw unexpectedAnswer('payments', 'a refund', reply)
    },
  }
}
