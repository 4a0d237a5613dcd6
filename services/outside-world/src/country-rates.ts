// How often the payment provider declines or fails, by country: shares of the charges asked. Declines are answers; a technical
// failure is a 500 before the charge or, half of the time, a charge whose reply is lost.
// Declines stay within 5–12 % and technical failures within 1 %: three tries at 1 % leave one charge in a million unanswered,
// so that a healthy lab spends none of checkout's error budget here.
import type { Country } from '@techmart/contracts/shop'

export interface CountryRates {
  readonly declineRatio: number
  readonly technicalRatio: number
}

export const countryRates: Readonly<Record<Country, CountryRates>> = {
  US: { declineRatio: 0.05, technicalRatio: 0.003 },
  GB: { declineRatio: 0.06, technicalRatio: 0.004 },
  DE: { declineRatio: 0.06, technicalRatio: 0.004 },
  FR: { declineRatio: 0.07, technicalRatio: 0.005 },
  JP: { declineRatio: 0.09, technicalRatio: 0.007 },
  IN: { declineRatio: 0.11, technicalRatio: 0.009 },
  BR: { declineRatio: 0.12, technicalRatio: 0.01 },
}

export const mailFailureRatio = 0.05

/** Shares of the declines, by the reason given. */
export const declineReasons = [
  { reason: 'insufficient_funds', share: 0.6 },
  { reason: 'card_expired', share: 0.25 },
  { reason: 'suspected_fraud', share: 0.15 },
] as const
export type DeclineReason = (typeof declineReasons)[number]['reason']
