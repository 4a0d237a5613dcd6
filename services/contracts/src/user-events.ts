import Type, { type Static } from 'typebox'
import { Country, Timestamp, Uuid } from './shop.ts'

/** Message of `users.created.v1`. Its Kafka key is the user's id; `eventId` makes a second delivery recognisable. */
export const UserCreated = Type.Object(
  {
    eventId: Uuid,
    userId: Uuid,
    email: Type.String({ format: 'email', maxLength: 254 }),
    name: Type.String({ minLength: 1 }),
    country: Country,
    createdAt: Timestamp,
  },
  { additionalProperties: false },
)
export type UserCreated = Static<typeof UserCreated>
