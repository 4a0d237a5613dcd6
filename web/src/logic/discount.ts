import type { Promotion } from '@techmart/contracts/promotion-routes'

/** What a promotion takes off items of this value, as the shop will compute it: rounded down, and never more than they cost. */
export const discountOf = ({ percent, cents }: Pick<Promotion, 'percent' | 'cents'>, itemsCents: number): number =>
  Math.min(percent === null ? (cents ?? 0) : Math.floor((itemsCents * percent) / 100), itemsCents)
