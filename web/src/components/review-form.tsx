import type { writeReview } from '@techmart/contracts/review-routes'
import { call } from '../api/client.ts'
import { toCount } from '../logic/count.ts'
import { who } from '../shopper.ts'
import { AsyncForm } from './async-form.tsx'

const marks = [5, 4, 3, 2, 1]

export const ReviewForm = ({ productId, written }: { productId: number; written: () => void }) =>
  who.get() === 'ada' ? (
    <AsyncForm
      label="Write a review"
      button="Send review"
      send={async ({ rating, title = '', text = '' }) => {
        await call<typeof writeReview>('POST', '/api/products/:id/reviews', {
          params: { id: productId },
          body: { rating: Number(rating), title, text, author: 'Ada' },
        })
        written()
        return 'Thank you for your review.'
      }}
    >
      <fieldset class="marks">
        <legend>Stars</legend>
        {marks.map(mark => (
          <input type="radio" name="rating" value={mark} aria-label={toCount(mark, 'star')} required />
        ))}
      </fieldset>
      <label>
        Title
        <input name="title" maxLength={100} required />
      </label>
      <label>
        Review
        <textarea name="text" rows={4} maxLength={2000} required />
      </label>
    </AsyncForm>
  ) : (
    <button type="button" onClick={() => who.set('ada')}>
      Sign in to write a review
    </button>
  )
