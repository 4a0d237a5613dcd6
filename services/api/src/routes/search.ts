import { searchProducts as searchProductsRoute } from '@techmart/contracts/search-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import type { SearchProducts } from '../search-products.ts'

export function addSearchRoutes(app: HttpApp, { searchProducts }: { searchProducts: SearchProducts }): void {
  addRoute(app, searchProductsRoute, async request => {
    const { q, page = 1, pageSize = 20, category } = request.query
    return searchProducts({ text: q, page, pageSize, category })
  })
}
