import Type, { type Static } from 'typebox'
import { Cents, Country, emailAddress, Segment, Timestamp, Uuid } from './shop.ts'

/** Message of `orders.placed.v1`. Its Kafka key is the order id; `eventId` makes a second delivery recognisable. */
export const OrderPlaced = Type.Object(
  {
    eventId: Uuid,
    orderId: Uuid,
    email: emailAddress(),
    country: Country,
    segment: Segment,
    totalCents: Cents,
    itemCount: Type.Integer({ minimum: 1 }),
    placedAt: Timestamp,
  },
  { additionalProperties: false },
)
export type OrderPlaced = Static<typeof OrderPlaced>
