// How often the providers decline, fail or are slow, by country: shares of the calls. A decline is an answer; a technical failure
// of the payment provider is a 500 before the charge or, half of the time, a charge whose reply is lost.
// In all 5–15 % of calls come back without what was wanted. Declines are nearly all of it, and technical failures stay within
// 1 %: three tries at 1 % leave one charge in a million unanswered, so that a healthy lab spends none of checkout's error budget
// here. The carrier may fail as often as it likes, since there is a flat rate.
import type { Country } from '@techmart/contracts/shop'

export interface PaymentRates {
  readonly declineRatio: number
  readonly technicalRatio: number
  /** Answers out of the slow tail; not failures. */
  readonly slowRatio: number
}

export const paymentRates: Readonly<Record<Country, PaymentRates>> = {
  US: { declineRatio: 0.05, technicalRatio: 0.003, slowRatio: 0.005 },
  GB: { declineRatio: 0.06, technicalRatio: 0.004, slowRatio: 0.008 },
  DE: { declineRatio: 0.06, technicalRatio: 0.004, slowRatio: 0.008 },
  FR: { declineRatio: 0.07, technicalRatio: 0.005, slowRatio: 0.01 },
  JP: { declineRatio: 0.09, technicalRatio: 0.007, slowRatio: 0.015 },
  IN: { declineRatio: 0.11, technicalRatio: 0.009, slowRatio: 0.02 },
  BR: { declineRatio: 0.12, technicalRatio: 0.01, slowRatio: 0.02 },
}

export interface CarrierRates {
  readonly failureRatio: number
  readonly slowRatio: number
}

export const carrierRates: Readonly<Record<Country, CarrierRates>> = {
  US: { failureRatio: 0.05, slowRatio: 0.01 },
  GB: { failureRatio: 0.06, slowRatio: 0.015 },
  DE: { failureRatio: 0.06, slowRatio: 0.015 },
  FR: { failureRatio: 0.07, slowRatio: 0.015 },
  JP: { failureRatio: 0.09, slowRatio: 0.025 },
  IN: { failureRatio: 0.11, slowRatio: 0.03 },
  BR: { failureRatio: 0.12, slowRatio: 0.03 },
}

export const mailFailureRatio = 0.05
/** Mails go to addresses, not to countries. */
export const mailSlowRatio = 0.01

/** Shares of the declines, by the reason given. */
export const declineReasons = [
  { reason: 'insufficient_funds', share: 0.6 },
  { reason: 'card_expired', share: 0.25 },
  { reason: 'suspected_fraud', share: 0.15 },
] as const
export type DeclineReason = (typeof declineReasons)[number]['reason']
