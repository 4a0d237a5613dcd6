import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSeededCatalogue } from '../src/catalogue.ts'
import { readReviews, readSeededReviews } from '../src/seeded-reviews.ts'

test('every product of the catalogue opens with one to five reviews, each by somebody else', () => {
  const products = readSeededCatalogue()

  const byProduct = Map.groupBy(readSeededReviews(products), review => review.productId)

  assert.equal(byProduct.size, products.length)
  for (const reviews of byProduct.values()) {
    assert.ok(reviews.length >= 1 && reviews.length <= 5)
    assert.equal(new Set(reviews.map(review => review.authorId)).size, reviews.length)
  }
})

test('a line of reviews.txt that is not whole is refused by its number', () => {
  assert.throws(() => readReviews('# stars\n6 | Mira | Fine | Very.'), /line 2/)
  assert.throws(() => readReviews('5 | Mira | Fine'), /line 1/)
})
