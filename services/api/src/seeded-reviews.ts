// The reviews that the shop opens with, from reviews.txt: one to five a product, the same from start to start.
import { readFileSync } from 'node:fs'
import type { Product } from '@techmart/contracts/product-routes'
import type { NewReview } from './review-store.ts'

export type SeededReview = NewReview & { readonly ageDays: number }

export const readSeededReviews = (products: readonly Product[]): SeededReview[] =>
  spreadReviews(readReviews(readFileSync(new URL('./reviews.txt', import.meta.url), 'utf8')), products)

type Said = Pick<NewReview, 'rating' | 'authorName' | 'title' | 'text'>

export function readReviews(text: string): Said[] {
  const said: Said[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [stars, authorName, title, review] = line.split(' | ')
    const rating = Number(stars)
    if (!authorName || !title || !review || !Number.isInteger(rating) || rating < 1 || rating > 5) {
      throw new Error(`reviews.txt, line ${index + 1}: want "1 to 5 | name | title | text".`)
    }
    said.push({ rating, authorName, title, text: review })
  }
  return said
}

/** Steps that share no factor with the number of reviews, so that neighbours in the shop are told of differently. */
function spreadReviews(said: readonly Said[], products: readonly Product[]): SeededReview[] {
  return products.flatMap(({ id: productId }) =>
    Array.from({ length: 1 + ((productId * 7) % 5) }, (_, n) => {
      const place = (productId * 3 + n * 7) % said.length
      const review = said[place] as Said
      return { ...review, productId, authorId: `seeded-${place}`, ageDays: 1 + n * 9 + (productId % 9) }
    }),
  )
}
