import type { listReviews } from '@techmart/contracts/review-routes'
import { call } from '../api/client.ts'
import { load } from '../load.ts'
import { change, local } from '../local.ts'
import { toDay } from '../logic/day.ts'
import { ReviewForm } from './review-form.tsx'
import { Stars } from './stars.tsx'
import { Trouble } from './trouble.tsx'

interface ReviewsProps {
  productId: number
  /** Called after a review was written. */
  written: () => void
}

export function Reviews({ productId, written }: ReviewsProps) {
  const state = local('reviews', { pageSize: 5 })
  const found = load(`reviews ${productId} ${state.pageSize}`, () =>
    call<typeof listReviews>('GET', '/api/products/:id/reviews', { params: { id: productId }, query: state }),
  )
  const { data } = found

  return (
    <section class="reviews" id="reviews" aria-labelledby="what-they-say" aria-busy={!data && !found.error}>
      <div>
        <h2 id="what-they-say">Reviews</h2>
        <ReviewForm
          productId={productId}
          written={() => {
            found.again()
            written()
          }}
        />
      </div>
      <div>
        <Trouble of={found} />
        <ul aria-label="Reviews">
          {data?.reviews.map(review => (
            <li>
              <Stars of={review.rating} />
              <h3>{review.title}</h3>
              <p>{review.text}</p>
              <p class="soft">
                {review.author}, {toDay(review.writtenAt)}
              </p>
            </li>
          ))}
        </ul>
        {data && data.total > data.pageSize && (
          <button type="button" onClick={() => change(state, { pageSize: 100 })}>
            Show more
          </button>
        )}
      </div>
    </section>
  )
}
