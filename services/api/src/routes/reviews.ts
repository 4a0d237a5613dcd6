import { listReviews, type ReviewRequest, writeReview } from '@techmart/contracts/review-routes'
import { type Caller, isSame, readCaller } from '@techmart/platform/caller'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { forbidden, invalid, notFound, unauthorized } from '@techmart/platform/refusals'
import type { ApiEvents } from '../events.ts'
import type { ProductStore } from '../product-store.ts'
import type { AuthorIdOf } from '../review-author.ts'
import type { ReviewStore } from '../review-store.ts'

export interface ReviewRoutesDeps {
  readonly products: ProductStore
  readonly reviews: ReviewStore
  readonly authorIdOf: AuthorIdOf
  readonly events: ApiEvents
}

const noName = 'A customer'

export function addReviewRoutes(app: HttpApp, { products, reviews, authorIdOf, events }: ReviewRoutesDeps): void {
  const noSuchProduct = (id: number) => notFound(`There is no product ${id}.`, { field: 'params.id' })

  addRoute(app, listReviews, async request => {
    const { id: productId } = request.params
    const { page = 1, pageSize = 20 } = request.query
    const [found, rating] = await Promise.all([reviews.list({ productId, page, pageSize }), reviews.rate(productId)])
    if (rating.count === 0 && (await products.find(productId)) === undefined) throw noSuchProduct(productId)
    return { reviews: found, page, pageSize, total: rating.count, rating }
  })

  addRoute(app, writeReview, async (request, reply) => {
    const { author = noName, rating, title, text } = request.body
    const email = readCustomer(readCaller(request.headers), request.body)
    refuseAddresses({ title, text, author })
    const written = await reviews.write({
      productId: request.params.id,
      authorId: authorIdOf(email),
      authorName: author,
      rating,
      title,
      text,
    })
    if (written === undefined) throw noSuchProduct(request.params.id)
    events.reviewWritten(request.params.id, rating, written.isNew)
    return reply.code(written.isNew ? 201 : 200).send(written.review)
  })
}

/** The customer whose review it is. */
function readCustomer(caller: Caller, { email }: ReviewRequest): string {
  switch (caller.role) {
    case 'anonymous':
      throw unauthorized('A review is written by a customer: send a token.')
    case 'user':
      if (caller.customer === undefined) throw unauthorized('This token names no customer.')
      if (email !== undefined && !isSame(caller.customer, email)) {
        throw forbidden('A customer writes in their own name: leave body.email out.')
      }
      return caller.customer
    case 'admin':
    case 'test':
      if (email === undefined) throw invalid('body.email is missing: whose review is it?', { field: 'body.email' })
      return email
  }
}

/** Reviews are read by everybody: nobody is to give an address away by mistake, their own or another's. */
function refuseAddresses(fields: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(fields)) {
    if (/[^\s@]@[^\s@]+\.[^\s@]/.test(value)) {
      throw invalid(`body.${name} is shown to everybody: leave e-mail addresses out.`, { field: `body.${name}` })
    }
  }
}
