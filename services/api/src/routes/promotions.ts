import { getPromotion } from '@techmart/contracts/promotion-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { notFound } from '@techmart/platform/refusals'
import { toPromotion } from '../promotion-record.ts'
import type { PromotionStore } from '../promotion-store.ts'

export function addPromotionRoutes(app: HttpApp, { promotions }: { readonly promotions: PromotionStore }): void {
  addRoute(app, getPromotion, async request => {
    const promotion = await promotions.find(request.params.code)
    if (promotion === undefined) throw notFound('There is no such promotion.', { field: 'params.code' })
    return toPromotion(promotion, new Date())
  })
}
