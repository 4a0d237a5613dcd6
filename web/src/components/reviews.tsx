import type { listReviews } from '@techmart/contracts/review-routes'
import { call } from '../api/client.ts'
import { load } from '../load.ts'
import { toDay } from '../logic/day.ts'
import { ReviewForm } from './review-form.tsx'
import { Stars } from './stars.tsx'
import { Trouble } from './trouble.tsx'

interface ReviewsProps {
  productId: number
  /** Called after a review was written. */
  written: () => void
}

/** As many as the shop gives at once. */
const most = 100
/** The product of which that many are shown. */
let unfolded = 0

export function Reviews({ productId, written }: ReviewsProps) {
  const found = load(`reviews ${productId}`, () =>
    call<typeof listReviews>('GET', '/api/products/:id/reviews', {
      params: { id: productId },
      query: { pageSize: unfolded === productId ? most : 5 },
    }),
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
        <ul aria-label="Reviews" tabIndex={-1}>
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
        {data && Math.min(data.total, most) > data.pageSize && (
          <button
            type="button"
            onClick={event => {
              unfolded = productId
              found.again()
              // The button goes when they are there.
              ;(event.currentTarget.previousElementSibling as HTMLElement).focus({ preventScroll: true })
            }}
          >
            Show more
          </button>
        )}
      </div>
    </section>
  )
}
