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

export const Rating = Type.Object(
  {
    average: Type.Union([Type.Number({ minimum: 1, maximum: 5 }), Type.Null()], {
      description: 'Stars, to two digits; null where nobody has said anything yet.',
    }),
    count: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false, description: 'What the reviews of a product say together.' },
)
export type Rating = Static<typeof Rating>

type TextOptions = { readonly maxLength: number; readonly description?: string }

/**
 * A pattern of more than blanks in which none of these characters stands, and no half of a surrogate pair: PostgreSQL takes no
 * NUL, and neither its JSON nor UTF-8 takes half a character. Means the same with and without the flag `u`.
 */
const textWithout = (characters: string): string =>
  `^(?=\\s*\\S)(?:[^${characters}\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])+$`

/** No control characters: a line ends nowhere but at its end. */
export const lineOfText = (options: TextOptions) =>
  Type.String({ minLength: 1, pattern: textWithout('\\u0000-\\u001f\\u007f'), ...options })

/** Any text with line breaks and tabs, the empty one too. */
export const noControlCharacters = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$'

/** As lineOfText, with line breaks and tabs. */
export const severalLinesOfText = (options: TextOptions) =>
  Type.String({
    minLength: 1,
    pattern: textWithout('\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f'),
    ...options,
  })

/** Page numbers start at 1. */
export const PageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1 })),
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
} as const

export type Money = Static<typeof Cents>
