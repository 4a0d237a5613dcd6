import type { Product } from '@techmart/contracts/product-routes'
import { toPrice } from '../logic/money.ts'
import { modelOf, variantOf } from '../logic/picture.ts'
import { toProduct } from '../paths.ts'
import { Picture } from './picture.tsx'

/** Products to choose from. While they are not there yet, their places are. */
export const ProductGrid = ({ products = places, isOld }: { products: Product[] | undefined; isOld?: boolean }) => (
  <ul class="grid" aria-label="Products" aria-busy={isOld || products === places}>
    {products.map(product => (
      <li key={product.id}>
        {product.name ? (
          <a class="card" href={toProduct(product.id)}>
            <Picture of={product} />
            <b>
              {modelOf(product.name)}
              <i>, </i>
            </b>
            <span class="soft">{variantOf(product.name) || product.category}</span>
            <span>{toPrice(product.priceCents)}</span>
          </a>
        ) : (
          <div class="card place">
            <span class="ground" />
          </div>
        )}
      </li>
    ))}
  </ul>
)

/** Not the numbers of products: a place that is taken for one would be moved to where that one stands. */
const places = Array.from({ length: 20 }, (_, n) => ({ id: -n }) as Product)
