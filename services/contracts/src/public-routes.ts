// Every route that the gateway passes on to api. The gateway takes from here which journey a request belongs to.
import * as orderRoutes from './order-routes.ts'
import * as productRoutes from './product-routes.ts'
import * as reviewRoutes from './review-routes.ts'
import type { RouteContract } from './route.ts'
import * as searchRoutes from './search-routes.ts'
import * as uploadRoutes from './upload-routes.ts'

export const publicRoutes: readonly RouteContract[] = [
  productRoutes.listProducts,
  productRoutes.getProduct,
  searchRoutes.searchProducts,
  reviewRoutes.listReviews,
  reviewRoutes.writeReview,
  orderRoutes.placeOrder,
  orderRoutes.getOrder,
  orderRoutes.listOrders,
  uploadRoutes.uploadProducts,
  uploadRoutes.getJob,
]
