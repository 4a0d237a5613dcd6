// The payment provider as payments sees it: an answer, or the error that says there was none.
import { providerCharge, providerRefund } from '@techmart/contracts/outside-routes'
import type { Country } from '@techmart/contracts/shop'
import { CircuitOpenError } from '@techmart/platform/circuit'
import type { HttpClient } from '@techmart/platform/http-client'
import { UpstreamError } from '@techmart/platform/refusals'
import type { TryAgain } from '@techmart/platform/try-again'

export type ProviderAnswer =
  | { outcome: 'approved' }
  | { outcome: 'declined'; reason: string }
  | { outcome: 'refunded' }
  /** No answer: after all tries, or because the circuit is open and it was not even asked. */
  | { outcome: 'unanswered'; why: 'failed' | 'circuit_open'; cause: Error }

export type RefundAnswer = { outcome: 'refunded' | 'unknown' } | Extract<ProviderAnswer, { outcome: 'unanswered' }>

export interface ChargeRequest {
  orderId: string
  amountCents: number
  country: Country
}

export interface PaymentProvider {
  /** A customer's. */
  charge(order: ChargeRequest): Promise<ProviderAnswer>
  /** The same again, to hear what became of a charge that got no answer. */
  settleCharge(order: ChargeRequest): Promise<ProviderAnswer>
  refund(orderId: string): Promise<RefundAnswer>
  /** True while a call would be refused by the open circuit. */
  isRefusing(): boolean
}

/** A 5xx of the provider. A connection that broke or took too long is platform's UpstreamError. */
export class ProviderFailedError extends Error {
  override readonly name = 'ProviderFailedError'
}

/** Worth another try. An open circuit is not: it refuses the next one too. */
export const isTechnical = (error: Error): boolean =>
  error instanceof ProviderFailedError || (error instanceof UpstreamError && !(error instanceof CircuitOpenError))

/**
 * `http` has the circuit; it counts each customer's charge once, by its first try, 5xx answers among the failures. What is asked
 * until it works (the other tries, and what is to be undone) would make one country's trouble look like everybody's.
 */
export function makePaymentProvider({ http, tryAgain }: { http: HttpClient; tryAgain: TryAgain }): PaymentProvider {
  async function ask<T>(call: (timeoutMs: number, isRepeat: boolean) => Promise<T>) {
    try {
      return await tryAgain(call)
    } catch (error) {
      if (error instanceof CircuitOpenError) {
        return { outcome: 'unanswered', why: 'circuit_open', cause: error } as const
      }
      if (error instanceof Error && isTechnical(error)) {
        return { outcome: 'unanswered', why: 'failed', cause: error } as const
      }
      throw error
    }
  }

  async function askForCharge(
    { orderId, amountCents, country }: ChargeRequest,
    options: { timeoutMs: number; isRepeat: boolean },
  ): Promise<ProviderAnswer> {
    const reply = await http.call(providerCharge, { body: { chargeKey: orderId, amountCents, country } }, options)
    if (reply.status !== 200) throw unexpected('charge', reply.status)
    const { status, reason } = reply.body
    return status === 'declined' ? { outcome: 'declined', reason: reason ?? 'not_said' } : { outcome: status }
  }

  return {
    isRefusing: http.isRefusing,
    charge: order => ask((timeoutMs, isRepeat) => askForCharge(order, { timeoutMs, isRepeat })),
    settleCharge: order => ask(timeoutMs => askForCharge(order, { timeoutMs, isRepeat: true })),
    refund: orderId =>
      ask<RefundAnswer>(async timeoutMs => {
        const reply = await http.call(providerRefund, { params: { chargeKey: orderId } }, { timeoutMs, isRepeat: true })
        if (reply.status === 404) return { outcome: 'unknown' }
        if (reply.status !== 200) throw unexpected('refund', reply.status)
        return { outcome: 'refunded' }
      }),
  }
}

/** A 4xx says that we asked wrongly: asking again would not help, and the provider is up. */
function unexpected(what: string, status: number): Error {
  const message = `The payment provider answered a ${what} with ${status}.`
  return status >= 500 ? new ProviderFailedError(message) : new Error(message)
}
