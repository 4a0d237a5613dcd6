import { getProduct, listProducts } from '@techmart/contracts/product-routes'
import type { Rating } from '@techmart/contracts/shop'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { notFound } from '@techmart/platform/refusals'
import type { ApiEvents } from '../events.ts'
import type { ProductStore } from '../product-store.ts'
import type { ReviewStore } from '../review-store.ts'

export interface ProductRoutesDeps {
  readonly products: ProductStore
  readonly reviews: ReviewStore
  readonly events: ApiEvents
}

export function addProductRoutes(app: HttpApp, { products, reviews, events }: ProductRoutesDeps): void {
  addRoute(app, listProducts, async request => {
    const { page = 1, pageSize = 20, category } = request.query
    const found = await products.list({ page, pageSize, category })
    events.productsListed(category)
    return found
  })

  addRoute(app, getProduct, async request => {
    const [product, rating] = await Promise.all([products.find(request.params.id), findRating(request.params.id)])
    if (product === undefined) throw notFound(`There is no product ${request.params.id}.`, { field: 'params.id' })
    events.productViewed(product.id)
    return { ...product, ...(rating === undefined ? {} : { rating }) }
  })

  /** A product is shown and sold without its stars rather than not at all. */
  async function findRating(productId: number): Promise<Rating | undefined> {
    try {
      return await reviews.rate(productId)
    } catch (error) {
      events.ratingMissing(productId, error)
      return undefined
    }
  }
}
