// Every route that the gateway passes on, and to whom. The gateway takes from here which journey a request belongs to.
import { reportEvents } from './event-routes.ts'
import { getHealth } from './health-routes.ts'
import * as orderRoutes from './order-routes.ts'
import * as productRoutes from './product-routes.ts'
import * as promotionRoutes from './promotion-routes.ts'
import * as reviewRoutes from './review-routes.ts'
import type { RouteContract } from './route.ts'
import * as searchRoutes from './search-routes.ts'
import * as shippingRoutes from './shipping-routes.ts'
import * as stockRoutes from './stock-routes.ts'
import * as uploadRoutes from './upload-routes.ts'
import * as userRoutes from './user-routes.ts'

/** Services that have routes of their own under /api. */
export const publicServices = ['api', 'users', 'inventory'] as const
export type PublicService = (typeof publicServices)[number]

export interface PublicRoute {
  /** Who answers. */
  readonly service: PublicService
  readonly route: RouteContract
}

const from = (service: PublicService, ...routes: readonly RouteContract[]): PublicRoute[] =>
  routes.map(route => ({ service, route }))

export const publicRoutes: readonly PublicRoute[] = [
  ...from('api', productRoutes.listProducts, productRoutes.getProduct),
  ...from('api', searchRoutes.searchProducts),
  ...from('api', reviewRoutes.listReviews, reviewRoutes.writeReview),
  ...from('api', orderRoutes.placeOrder, orderRoutes.getOrder, orderRoutes.listOrders),
  ...from('api', promotionRoutes.getPromotion, shippingRoutes.getShippingQuote),
  ...from('api', uploadRoutes.uploadProducts, uploadRoutes.getJob),
  ...from('inventory', stockRoutes.listInventory, stockRoutes.getInventory, stockRoutes.changeStock),
  ...from('inventory', stockRoutes.listStockLevels),
  ...from('users', userRoutes.createUser, userRoutes.listUsers, userRoutes.getUser),
  ...from('users', userRoutes.updateUser, userRoutes.deleteUser),
]

/** What the gateway answers itself. */
export const edgeRoutes: readonly RouteContract[] = [reportEvents, getHealth]
