// Reviews are public. A customer has one a product; what is shown of them is the name they chose, never their address.
import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { journeys } from './journeys.ts'
import { anyone, defineRoute } from './route.ts'
import { emailAddress, lineOfText, PageQuery, ProductId, Rating, severalLinesOfText, Timestamp, Uuid } from './shop.ts'

const Stars = Type.Integer({ minimum: 1, maximum: 5, description: 'Whole stars, 5 being the best.' })

export const ReviewRequest = Type.Object(
  {
    rating: Stars,
    title: lineOfText({ maxLength: 100 }),
    text: severalLinesOfText({ maxLength: 2_000 }),
    author: Type.Optional(lineOfText({ maxLength: 40, description: 'The name that is shown with the review.' })),
    email: Type.Optional(
      emailAddress({
        description: "The customer in whose name an admin or test token writes; with a customer's token, their own.",
      }),
    ),
  },
  { additionalProperties: false },
)
export type ReviewRequest = Static<typeof ReviewRequest>

export const Review = Type.Object(
  {
    id: Uuid,
    rating: Stars,
    title: Type.String(),
    text: Type.String(),
    author: Type.String(),
    writtenAt: Timestamp,
  },
  { additionalProperties: false },
)
export type Review = Static<typeof Review>

export const ReviewPage = Type.Object(
  {
    reviews: Type.Array(Review, { description: 'Newest first.' }),
    page: Type.Integer(),
    pageSize: Type.Integer(),
    total: Type.Integer({ description: 'Reviews in all pages; of each product the newest 200 are kept.' }),
    rating: Rating,
  },
  { additionalProperties: false },
)
export type ReviewPage = Static<typeof ReviewPage>

const ProductParams = Type.Object({ id: ProductId }, { additionalProperties: false })

export const listReviews = defineRoute({
  method: 'GET',
  path: '/api/products/:id/reviews',
  summary: 'What customers say of a product, newest first.',
  access: anyone,
  journey: journeys.productReview,
  schema: {
    params: ProductParams,
    querystring: Type.Object(PageQuery, { additionalProperties: false }),
    response: { 200: ReviewPage, ...commonErrors },
  },
})

export const writeReview = defineRoute({
  method: 'POST',
  path: '/api/products/:id/reviews',
  summary: 'Reviews a product: 201, or 200 where it takes the place of the one that the same customer wrote before.',
  access: { anonymous: 'none', user: 'own', admin: 'all', test: 'all' },
  journey: journeys.productReview,
  bodyLimitBytes: 16_384,
  schema: { params: ProductParams, body: ReviewRequest, response: { 200: Review, 201: Review, ...commonErrors } },
})
