// A row of the table `products`, turned into a product at the border.
import type { Product } from '@techmart/contracts/product-routes'

export interface ProductRow {
  id: number
  name: string
  description: string
  category: string
  price_cents: number
}

export const toProduct = ({ id, name, description, category, price_cents }: ProductRow): Product => ({
  id,
  name,
  description,
  category,
  priceCents: price_cents,
})
