// A promotion as the shop keeps it, and what the outside may see of it.
import type { Promotion, PromotionKind, PromotionState } from '@techmart/contracts/promotion-routes'

export interface PromotionRecord {
  /** In capital letters. */
  readonly code: string
  readonly kind: PromotionKind
  readonly percent: number | null
  readonly cents: number | null
  readonly startsAt: Date
  readonly endsAt: Date | null
  readonly useLimit: number | null
  /** Orders that use it, cancelled ones not among them. */
  readonly uses: number
}

export const stateOf = ({ startsAt, endsAt, useLimit, uses }: PromotionRecord, now: Date): PromotionState => {
  if (now < startsAt) return 'not_started'
  if (endsAt !== null && now >= endsAt) return 'expired'
  return useLimit !== null && uses >= useLimit ? 'used_up' : 'active'
}

export const toPromotion = (record: PromotionRecord, now: Date): Promotion => ({
  code: record.code,
  kind: record.kind,
  percent: record.percent,
  cents: record.cents,
  state: stateOf(record, now),
  startsAt: record.startsAt.toISOString(),
  endsAt: record.endsAt?.toISOString() ?? null,
  usesLeft: record.useLimit === null ? null : Math.max(0, record.useLimit - record.uses),
})
