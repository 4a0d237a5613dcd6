import Type, { type Static } from 'typebox'
import { Country, emailAddress, Timestamp, Uuid } from './shop.ts'

/** Message of `users.created.v1`. Its Kafka key is the user's id; `eventId` makes a second delivery recognisable. */
export const UserCreated = Type.Object(
  {
    eventId: Uuid,
    userId: Uuid,
    email: emailAddress(),
    name: Type.String({ minLength: 1 }),
    country: Country,
    createdAt: Timestamp,
  },
  { additionalProperties: false },
)
export type UserCreated = Static<typeof UserCreated>
