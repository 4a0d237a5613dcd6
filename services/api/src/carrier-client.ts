// The carrier as the checkout sees it.
import { carrierQuote } from '@techmart/contracts/outside-routes'
import type { Country } from '@techmart/contracts/shop'
import { CircuitOpenError } from '@techmart/platform/circuit'
import type { HttpClient } from '@techmart/platform/http-client'
import { UpstreamError } from '@techmart/platform/refusals'
import { makeTryAgain } from '@techmart/platform/try-again'
import { unexpectedAnswer } from './unexpected-answer.ts'

/** The carrier's name in metrics, logs and faults. */
export const carrierName = 'carrier'

export interface CarrierClient {
  quote(parcel: { country: Country; pieces: number }, signal: AbortSignal): Promise<{ cents: number }>
}

/**
 * Asking for a price does nothing, so it may be asked twice; but only what is left of half a second, since the flat rate is
 * there. A slow answer takes all of it; a failure mostly leaves room for the second try.
 */
export const carrierLimits = { tries: 2, tryTimeoutMs: 500, totalMs: 500, shortestTryMs: 100 }

const isTechnical = (error: Error) => error instanceof UpstreamError && !(error instanceof CircuitOpenError)

export function makeCarrierClient(http: HttpClient): CarrierClient {
  const tryAgain = makeTryAgain({ ...carrierLimits, isTechnical })
  return {
    quote: (parcel, signal) =>
      tryAgain(async timeoutMs => {
        const reply = await http.call(carrierQuote, { body: parcel }, { timeoutMs, signal })
        if (reply.status === 200) return { cents: reply.body.cents }
        throw unexpectedAnswer(carrierName, 'the question for a price', reply)
      }),
  }
}
