import Type, { type Static } from 'typebox'
import { commonErrors, ErrorBody } from './errors.ts'
import { journeys } from './journeys.ts'
import { PromotionCode } from './promotion-routes.ts'
import { defineRoute } from './route.ts'
import { ShippingSource } from './shipping-routes.ts'
import {
  Cents,
  Country,
  emailAddress,
  IdempotencyKey,
  OrderKey,
  PageQuery,
  ProductId,
  Segment,
  Timestamp,
  Uuid,
} from './shop.ts'

export const orderStates = ['pending', 'reserved', 'charged', 'confirmed', 'cancelled'] as const
export const OrderState = Type.Enum([...orderStates])
export type OrderState = (typeof orderStates)[number]

export const OrderRequest = Type.Object(
  {
    email: emailAddress(),
    country: Country,
    items: Type.Array(
      Type.Object(
        { productId: ProductId, quantity: Type.Integer({ minimum: 1, maximum: 20 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 20 },
    ),
    promotionCode: Type.Optional(PromotionCode),
  },
  { additionalProperties: false },
)
export type OrderRequest = Static<typeof OrderRequest>

export const Order = Type.Object(
  {
    id: Uuid,
    state: OrderState,
    country: Country,
    segment: Segment,
    customer: Type.Union(
      [Type.Object({ name: Type.String(), segment: Segment }, { additionalProperties: false }), Type.Null()],
      { description: 'Null where nobody signed up with the address, or users could not say in time.' },
    ),
    items: Type.Array(
      Type.Object(
        { productId: ProductId, name: Type.String(), quantity: Type.Integer(), unitPriceCents: Cents },
        { additionalProperties: false },
      ),
    ),
    promotion: Type.Union(
      [Type.Object({ code: PromotionCode, discountCents: Cents }, { additionalProperties: false }), Type.Null()],
      { description: 'What was taken off; null where no code was given, or promotions could not be read.' },
    ),
    shippingCents: Cents,
    shipping: Type.Object({ source: ShippingSource, cents: Cents }, { additionalProperties: false }),
    totalCents: Type.Integer({ minimum: 0, description: 'Items less the discount, and shipping; US cents.' }),
    createdAt: Timestamp,
    history: Type.Array(Type.Object({ state: OrderState, at: Timestamp }, { additionalProperties: false })),
  },
  { additionalProperties: false },
)
export type Order = Static<typeof Order>

/** The answer to a checkout: the order and the key that reads it again without signing in. */
export const PlacedOrder = Type.Object(
  { order: Order, orderKey: Type.String({ description: 'Send it as the Order-Key header to read this order.' }) },
  { additionalProperties: false },
)
export type PlacedOrder = Static<typeof PlacedOrder>

export const placeOrder = defineRoute({
  method: 'POST',
  path: '/api/orders',
  summary:
    'Checkout: reserves stock, charges, confirms. The same Idempotency-Key gives the same order. A promotion code that does not count is refused.',
  access: { anonymous: 'all', user: 'own', admin: 'all', test: 'all' },
  journey: journeys.checkout,
  bodyLimitBytes: 16_384,
  schema: {
    headers: Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) }),
    body: OrderRequest,
    response: { 201: PlacedOrder, 402: ErrorBody, 422: ErrorBody, ...commonErrors },
  },
})

export const getOrder = defineRoute({
  method: 'GET',
  path: '/api/orders/:id',
  summary: "One order with its line items and history: one's own, by its Order-Key, or with a privileged token.",
  access: { anonymous: 'own', user: 'own', admin: 'all', test: 'all' },
  journey: journeys.orderLookup,
  schema: {
    params: Type.Object({ id: Uuid }, { additionalProperties: false }),
    headers: Type.Object({ 'order-key': Type.Optional(OrderKey) }),
    response: { 200: Order, ...commonErrors },
  },
})

export const OrderPage = Type.Object(
  {
    orders: Type.Array(Order, { description: 'Newest first.' }),
    page: Type.Integer(),
    pageSize: Type.Integer(),
    total: Type.Integer({ description: 'Orders in all pages; counted up to 10,000.' }),
  },
  { additionalProperties: false },
)
export type OrderPage = Static<typeof OrderPage>

export const listOrders = defineRoute({
  method: 'GET',
  path: '/api/orders',
  summary:
    "A customer's orders: one's own, or with a privileged token. Without `email` everybody's, for the admin alone.",
  access: { anonymous: 'none', user: 'own', admin: 'all', test: 'own' },
  journey: journeys.orderHistory,
  schema: {
    querystring: Type.Object(
      {
        email: Type.Optional(emailAddress({ description: 'Whose orders; upper and lower case are the same.' })),
        ...PageQuery,
      },
      { additionalProperties: false },
    ),
    response: { 200: OrderPage, ...commonErrors },
  },
})
