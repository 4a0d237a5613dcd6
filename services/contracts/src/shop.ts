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

// A format means one thing to ajv (HTTP), another to TypeBox (messages, replies), and a third to PostgreSQL. The pattern beside
// it takes only what all of them take; services/platform/test/formats.test.ts holds them to it.

/** In groups, without `urn:uuid:` or braces. */
export const Uuid = Type.String({
  format: 'uuid',
  pattern: '^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$',
})

/**
 * No leap second, which JavaScript cannot reckon with; T and Z are capitals and the offset has its colon, as JavaScript reads
 * them; no offset beyond those of any clock and no year that is 0 or 10000 in UTC, which PostgreSQL does not read.
 */
const timePattern =
  '^(?!000[01]|9999)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$'

export const timestamp = (description: string) =>
  Type.String({ format: 'date-time', pattern: timePattern, description })
export const Timestamp = timestamp('RFC 3339, UTC.')

const mailboxWord = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
/** Has 63 signs at most (RFC 1035, 2.3.4). */
const hostLabel = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const emailPattern = `^${mailboxWord}(?:\\.${mailboxWord})*@(?:${hostLabel}\\.)+${hostLabel}$`

export const emailAddress = (options: { readonly description?: string } = {}) =>
  Type.String({ format: 'email', pattern: emailPattern, maxLength: 254, ...options })

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

/** What a caller says in a header. ASCII: of other signs HTTP does not say what they mean (RFC 9110, 5.5). */
const headerText = (options: { readonly minLength: number; readonly maxLength: number }) =>
  Type.String({ pattern: '^[\\u0020-\\u007e]+$', ...options })

export const IdempotencyKey = headerText({ minLength: 8, maxLength: 100 })
export const OrderKey = headerText({ minLength: 1, maxLength: 100 })

/** Page numbers start at 1. */
export const PageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1 })),
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
} as const

export type Money = Static<typeof Cents>
