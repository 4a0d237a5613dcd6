// Whether a code takes something off now. A code that does not count is an answer; a store that cannot be read is none, and the
// checkout goes on without a discount.
import type { PromotionState } from '@techmart/contracts/promotion-routes'
import { UpstreamError } from '@techmart/platform/refusals'
import { withLimit } from '@techmart/platform/wait'
import type { CheckoutEvents } from './checkout-events.ts'
import { type PromotionRecord, stateOf } from './promotion-record.ts'
import type { PromotionStore } from './promotion-store.ts'

export type PromotionProblem = 'unknown' | Exclude<PromotionState, 'active'>

export type CheckedPromotion =
  | { readonly outcome: 'counts'; readonly promotion: PromotionRecord }
  | { readonly outcome: 'none' }
  | { readonly outcome: 'refused'; readonly why: PromotionProblem }

export type CheckPromotion = (code: string | undefined) => Promise<CheckedPromotion>

/**
 * One row by its key takes a millisecond; on a busy database it waits for a connection as the prices do. A checkout does not
 * wait longer for a discount than this.
 */
const findLimitMs = 1_000

export function makeCheckPromotion(ports: { promotions: PromotionStore; events: CheckoutEvents }): CheckPromotion {
  const tooSlow = () =>
    new UpstreamError(`The promotion was not found within ${findLimitMs} ms.`, {
      kind: 'timeout',
      dependency: 'promotions',
    })

  return async code => {
    if (code === undefined) return { outcome: 'none' }
    let promotion: PromotionRecord | undefined
    try {
      promotion = await withLimit(ports.promotions.find(code), findLimitMs, tooSlow)
    } catch (error) {
      ports.events.wentWithout('promotion', error)
      return { outcome: 'none' }
    }
    if (promotion === undefined) return { outcome: 'refused', why: 'unknown' }
    const state = stateOf(promotion, new Date())
    return state === 'active' ? { outcome: 'counts', promotion } : { outcome: 'refused', why: state }
  }
}
