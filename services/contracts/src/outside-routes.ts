// What the outside providers offer. They belong to somebody else: we know their interface and nothing more.
import Type, { type Static } from 'typebox'
import { ErrorBody } from './errors.ts'
import { defineRoute } from './route.ts'
import { Cents, Country } from './shop.ts'

export const ProviderCharge = Type.Object(
  {
    chargeKey: Type.String(),
    status: Type.Enum(['approved', 'declined', 'refunded']),
    reason: Type.Optional(
      Type.String({ description: 'Why it was declined: insufficient_funds, card_expired, suspected_fraud.' }),
    ),
  },
  { additionalProperties: false },
)
export type ProviderCharge = Static<typeof ProviderCharge>

/** The same charge key gives the same outcome. A decline is an answer (200), not an error. */
export const providerCharge = defineRoute({
  method: 'POST',
  path: '/payment/charges',
  summary: "The payment provider's charge.",
  schema: {
    body: Type.Object(
      { chargeKey: Type.String({ minLength: 1, maxLength: 100 }), amountCents: Cents, country: Country },
      { additionalProperties: false },
    ),
    response: { 200: ProviderCharge, 400: ErrorBody, 500: ErrorBody, 503: ErrorBody },
  },
})

export const providerRefund = defineRoute({
  method: 'POST',
  path: '/payment/charges/:chargeKey/refund',
  summary: "The payment provider's refund; repeating it changes nothing.",
  schema: {
    params: Type.Object({ chargeKey: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
    response: { 200: ProviderCharge, 404: ErrorBody, 500: ErrorBody, 503: ErrorBody },
  },
})

export const providerMail = defineRoute({
  method: 'POST',
  path: '/mail/messages',
  summary: "The mail provider's send. The same message key is sent once.",
  schema: {
    body: Type.Object(
      {
        messageKey: Type.String({ minLength: 1, maxLength: 100 }),
        to: Type.String({ minLength: 3, maxLength: 254 }),
        template: Type.Enum(['order-confirmation', 'welcome']),
        data: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
      },
      { additionalProperties: false },
    ),
    response: {
      202: Type.Object(
        { messageKey: Type.String(), status: Type.Literal('accepted') },
        { additionalProperties: false },
      ),
      400: ErrorBody,
      500: ErrorBody,
      503: ErrorBody,
    },
  },
})

/** The carrier's price for one parcel; asking again costs nothing and may give the same price or a failure. */
export const carrierQuote = defineRoute({
  method: 'POST',
  path: '/shipping/quotes',
  summary: "The carrier's price for so many pieces to a country.",
  schema: {
    body: Type.Object(
      { country: Country, pieces: Type.Integer({ minimum: 1, maximum: 1_000 }) },
      { additionalProperties: false },
    ),
    response: {
      200: Type.Object(
        { country: Country, pieces: Type.Integer({ minimum: 1 }), cents: Cents },
        { additionalProperties: false },
      ),
      400: ErrorBody,
      500: ErrorBody,
      503: ErrorBody,
    },
  },
})
