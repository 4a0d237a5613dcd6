// Words of the shop that several contracts share.
import Type, { type Static } from 'typebox'

/** Countries the shop ships to (ISO 3166-1 alpha-2). */
export const countries = ['US', 'GB', 'DE', 'FR', 'JP', 'BR', 'IN'] as const
export const Country = Type.Enum([...countries], {
  description: 'ISO 3166-1 alpha-2 code of a country the shop ships to.',
})
export type Country = (typeof countries)[number]

/** What the shop knows of a customer's habits. `unknown` where the users service could not say. */
export const segments = ['new', 'returning', 'vip', 'at_risk', 'churned', 'unknown'] as const
export const Segment = Type.Enum([...segments])
export type Segment = (typeof segments)[number]

export const Cents = Type.Integer({ minimum: 0, description: 'Money in US cents.' })
export const ProductId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
export const Uuid = Type.String({ format: 'uuid' })
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' })

/** Page numbers start at 1. */
export const PageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1 })),
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
} as const

export type Money = Static<typeof Cents>
