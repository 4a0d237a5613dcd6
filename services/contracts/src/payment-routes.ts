// Charges, asked by api. The charge is named by the order: a repeated request never charges twice.
import Type, { type Static } from 'typebox'
import { commonErrors, ErrorBody } from './errors.ts'
import { defineRoute } from './route.ts'
import { Cents, Country, Timestamp, Uuid } from './shop.ts'

export const ChargeRequest = Type.Object(
  { orderId: Uuid, amountCents: Cents, country: Country },
  { additionalProperties: false },
)
export type ChargeRequest = Static<typeof ChargeRequest>

export const chargeStates = ['charged', 'declined', 'refunded'] as const
export const Charge = Type.Object(
  {
    orderId: Uuid,
    state: Type.Enum([...chargeStates]),
    amountCents: Cents,
    country: Country,
    reason: Type.Optional(Type.String()),
    createdAt: Timestamp,
  },
  { additionalProperties: false },
)
export type Charge = Static<typeof Charge>

/** 201 charged; 402 `declined`, with the provider's reason as the message; 503 when the provider cannot be reached. */
export const chargeOrder = defineRoute({
  method: 'POST',
  path: '/charges',
  summary: 'Charges an order once, however often it is asked.',
  schema: { body: ChargeRequest, response: { 201: Charge, 402: ErrorBody, 422: ErrorBody, ...commonErrors } },
})

export const refundOrder = defineRoute({
  method: 'POST',
  path: '/charges/:orderId/refund',
  summary: 'Gives the money back. 204 when nothing was charged; an unanswered charge is settled first.',
  schema: {
    params: Type.Object({ orderId: Uuid }, { additionalProperties: false }),
    response: { 200: Charge, 204: Type.Null(), ...commonErrors },
  },
})

export const getCharge = defineRoute({
  method: 'GET',
  path: '/charges/:orderId',
  summary: "An order's charge, for recovery after a lost reply. 409 while it is not answered, or is being given back.",
  schema: {
    params: Type.Object({ orderId: Uuid }, { additionalProperties: false }),
    response: { 200: Charge, ...commonErrors },
  },
})
