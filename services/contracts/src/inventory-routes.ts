// Stock between services: asked by api. A reservation is named by the order, so that every call may be repeated. What shoppers
// and the admin may ask is in stock-routes.ts.
import Type, { type Static } from 'typebox'
import { commonErrors, ErrorBody } from './errors.ts'
import { defineRoute } from './route.ts'
import { ProductId, Timestamp, Uuid } from './shop.ts'

const OrderParams = Type.Object({ orderId: Uuid }, { additionalProperties: false })

export const ReservationRequest = Type.Object(
  {
    orderId: Uuid,
    items: Type.Array(
      Type.Object(
        { productId: ProductId, quantity: Type.Integer({ minimum: 1, maximum: 20 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 20 },
    ),
  },
  { additionalProperties: false },
)
export type ReservationRequest = Static<typeof ReservationRequest>

export const reservationStates = ['held', 'committed', 'released'] as const
export const Reservation = Type.Object(
  { orderId: Uuid, state: Type.Enum([...reservationStates]), expiresAt: Timestamp },
  { additionalProperties: false },
)
export type Reservation = Static<typeof Reservation>

/** 409 `out_of_stock` names the product: `field` is `body.items.<n>`, `allowed` holds the quantity left. */
export const reserveStock = defineRoute({
  method: 'POST',
  path: '/reservations',
  summary: 'Holds stock for an order, all items or none. Repeating it gives the same reservation.',
  schema: { body: ReservationRequest, response: { 201: Reservation, ...commonErrors } },
})

export const commitReservation = defineRoute({
  method: 'POST',
  path: '/reservations/:orderId/commit',
  summary: 'The goods are sold. Repeating it changes nothing.',
  schema: { params: OrderParams, response: { 200: Reservation, ...commonErrors } },
})

export const releaseReservation = defineRoute({
  method: 'POST',
  path: '/reservations/:orderId/release',
  summary: 'Gives held stock back. Repeating it, or releasing what never was reserved, changes nothing.',
  schema: { params: OrderParams, response: { 200: Reservation, 204: Type.Null(), ...commonErrors } },
})

export const StockLevel = Type.Object(
  { productId: ProductId, available: Type.Integer(), held: Type.Integer(), threshold: Type.Integer() },
  { additionalProperties: false },
)
export type StockLevel = Static<typeof StockLevel>

export const getStock = defineRoute({
  method: 'GET',
  path: '/stock/:productId',
  summary: 'What is there of one product.',
  schema: {
    params: Type.Object({ productId: ProductId }, { additionalProperties: false }),
    response: { 200: StockLevel, ...commonErrors },
  },
})

/** Only the tests and the admin pages set stock by hand; the rest is restocking. */
export const setStock = defineRoute({
  method: 'PUT',
  path: '/stock/:productId',
  summary: 'Sets what is there of one product, as a recorded movement; threshold 0 switches restocking off.',
  schema: {
    params: Type.Object({ productId: ProductId }, { additionalProperties: false }),
    body: Type.Object(
      {
        available: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
        threshold: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      },
      { additionalProperties: false },
    ),
    response: { 200: StockLevel, 422: ErrorBody, ...commonErrors },
  },
})
