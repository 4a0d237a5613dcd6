// What it costs to send a parcel: the carrier's price where it answers in time, our flat rate where it does not.
import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { anyone, defineRoute } from './route.ts'
import { Cents, Country } from './shop.ts'

/** To every country and for every parcel, while the carrier gives no price. */
export const flatShippingCents = 690

/** Twenty lines of twenty pieces: the largest order there is. */
export const maxPieces = 400

export const shippingSources = ['carrier', 'flat'] as const
export const ShippingSource = Type.Enum([...shippingSources], {
  description: "Whose price it is: the carrier's, or our flat rate because the carrier gave none in time.",
})
export type ShippingSource = (typeof shippingSources)[number]

export const ShippingQuote = Type.Object(
  {
    country: Country,
    pieces: Type.Integer({ minimum: 1, maximum: maxPieces }),
    cents: Cents,
    source: ShippingSource,
  },
  { additionalProperties: false },
)
export type ShippingQuote = Static<typeof ShippingQuote>

export const getShippingQuote = defineRoute({
  method: 'GET',
  path: '/api/shipping-quotes',
  summary: "What sending so many pieces to a country costs: the carrier's price, or the flat rate while it gives none.",
  access: anyone,
  schema: {
    querystring: Type.Object(
      {
        country: Country,
        pieces: Type.Integer({ minimum: 1, maximum: maxPieces, description: 'Quantities of all items together.' }),
      },
      { additionalProperties: false },
    ),
    response: { 200: ShippingQuote, ...commonErrors },
  },
})
