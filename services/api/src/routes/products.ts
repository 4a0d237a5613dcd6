import { getProduct, listProducts } from '@techmart/contracts/product-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { notFound } from '@techmart/platform/refusals'
import type { ApiEvents } from '../events.ts'
import type { ProductStore } from '../product-store.ts'

export function addProductRoutes(app: HttpApp, { products, events }: { products: ProductStore; events: ApiEvents }) {
  addRoute(app, listProducts, async request => {
    const { page = 1, pageSize = 20, category } = request.query
    const found = await products.list({ page, pageSize, category })
    events.productsListed(category)
    return found
  })

  addRoute(app, getProduct, async request => {
    const product = await products.find(request.params.id)
    if (product === undefined) throw notFound(`There is no product ${request.params.id}.`)
    events.productViewed(product.id)
    return product
  })
}
