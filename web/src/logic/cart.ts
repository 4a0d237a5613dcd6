// What a shopper means to buy. An order takes at most twenty lines of twenty pieces each (contracts), so a cart does, too.
import type { Product } from '@techmart/contracts/product-routes'

export type CartLine = Pick<Product, 'id' | 'name' | 'category' | 'priceCents'> & { readonly quantity: number }
export type Cart = readonly CartLine[]

export const maxLines = 20
export const maxQuantity = 20

/** Of anything: good lines stay, the rest goes. */
export function readCart(raw: unknown): Cart {
  const lines = Array.isArray(raw) ? raw.filter(isLine) : []
  return lines.filter(({ id }, place) => lines.findIndex(other => other.id === id) === place).slice(0, maxLines)
}

const isLine = (raw: CartLine | null): raw is CartLine =>
  typeof raw?.name === 'string' &&
  typeof raw.category === 'string' &&
  isWithin(raw.id, 2 ** 31) &&
  isWithin(raw.priceCents, 1e9) &&
  isWithin(raw.quantity, maxQuantity)

const isWithin = (value: number, most: number) => Number.isInteger(value) && value > 0 && value <= most

/** Whole pieces. */
const clamp = (quantity: number) => Math.max(1, Math.min(maxQuantity, quantity | 0))

/** Adds pieces of a product, at the price that was just seen. A full cart stays as it is. */
export function add(cart: Cart, product: Product, quantity: number): Cart {
  const { id, name, category, priceCents } = product
  const known = cart.find(line => line.id === id)
  const line = { id, name, category, priceCents, quantity: clamp((known?.quantity ?? 0) + quantity) }
  if (known) return cart.map(other => (other === known ? line : other))
  return [...cart, line].slice(0, maxLines)
}

/** Of 0 pieces nothing is left. */
export const setQuantity = (cart: Cart, id: number, quantity: number): Cart =>
  quantity
    ? cart.map(line => (line.id === id ? { ...line, quantity: clamp(quantity) } : line))
    : cart.filter(line => line.id !== id)

/** The same lines with the shop's prices of today; lines of products that are not among them stay as they are. */
export const reprice = (cart: Cart, products: readonly Pick<Product, 'id' | 'priceCents'>[]): Cart =>
  cart.map(line => ({ ...line, priceCents: products.find(({ id }) => id === line.id)?.priceCents ?? line.priceCents }))

export const piecesOf = (cart: Cart): number => cart.reduce((sum, { quantity }) => sum + quantity, 0)
export const centsOf = (lines: readonly Pick<CartLine, 'quantity' | 'priceCents'>[]): number =>
  lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0)
