// No traffic makes the reviews outgrow the catalogue: of each product the newest are kept.
import type { ApiEvents } from './events.ts'
import type { ReviewStore } from './review-store.ts'

/** More than anybody reads; 240 products with as many each are some 15 MB. */
const keptReviews = 200
/** Once a minute this is six times what fifty requests a second of nothing but reviews leave behind. */
const reviewsARound = 20_000

/** One round. */
export function makeRemoveOldReviews(ports: { reviews: ReviewStore; events: ApiEvents }) {
  return async (): Promise<void> => {
    const removed = await ports.reviews.removeBeyond(keptReviews, reviewsARound)
    if (removed > 0) ports.events.oldReviewsRemoved(removed)
  }
}
