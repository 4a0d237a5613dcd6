// What the tests with a browser buy, found through the API.
import assert from 'node:assert/strict'
import type { Goods } from '../../browser/steps.ts'
import { shop } from './lab.ts'

/** Products of a category of which there is enough for a few tests, whatever the tests before have bought. */
export async function findGoods(category: string): Promise<Goods> {
  const { body } = await shop(`/api/products?category=${encodeURIComponent(category)}&pageSize=20`)
  const products: Goods[] = body.products
  const levels = await shop(`/api/stock-levels?${products.map(({ id }) => `productId=${id}`).join('&')}`)
  const plenty = new Set<number>(
    levels.body.levels
      .filter((level: { available: number }) => level.available >= 20)
      .map((level: { productId: number }) => level.productId),
  )
  const found = products.find(({ id }) => plenty.has(id))
  assert.ok(found, `nothing of ${category} is in stock`)
  return found
}

export const newEmail = (): string => `shopper-${crypto.randomUUID()}@example.com`
