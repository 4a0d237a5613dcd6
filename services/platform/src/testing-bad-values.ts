// Values that a JSON schema refuses: for each place in a right value and each keyword of its schema, what breaks just that.

/** The part of JSON schema that contracts use. */
export interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly minProperties?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly oneOf?: readonly Schema[]
  readonly discriminator?: { readonly propertyName: string }
}

export interface BadValue {
  /** What is wrong with it, as in `maximum of items.0.quantity`. */
  readonly what: string
  /** The whole value with that one thing wrong. */
  readonly value: unknown
  /** Where it is wrong: `items.0.quantity`; empty for the value as a whole. */
  readonly place: string
}

const wrongTypes: Readonly<Record<string, readonly unknown[]>> = {
  string: [11, true, null, [], {}],
  integer: ['11', 1.5, true, null, [], {}],
  number: ['11', true, null, [], {}],
  boolean: ['true', 1, null, [], {}],
  array: [{}, 'eleven', 11, null],
  object: [[], 'eleven', 11, null],
}

/** Of every place in `right`, which is right by the schema. */
export function badValuesOf(schema: Schema, right: unknown, place = ''): BadValue[] {
  const shape = shapeOf(schema, right)
  const bad = (what: string, value: unknown, at = place): BadValue => ({
    what: `${what} of ${at || 'all'}`,
    value,
    place: at,
  })
  return [
    ...(wrongTypes[shape.type ?? ''] ?? []).map(value => bad(`type ${JSON.stringify(value)}`, value)),
    ...ownBadValues(shape).map(({ what, value }) => bad(what, value)),
    ...badProperties(shape, right, place),
    ...badItems(shape, right, place),
  ]
}

/** One of several shapes is the one that the value has. */
function shapeOf(schema: Schema, right: unknown): Schema {
  const tag = schema.discriminator?.propertyName
  if (schema.oneOf === undefined || tag === undefined) return schema
  const named = (right as Record<string, unknown>)[tag]
  const shape = schema.oneOf.find(one => one.properties?.[tag]?.enum?.includes(named))
  if (shape === undefined) throw new TypeError(`No shape has ${tag} ${JSON.stringify(named)}.`)
  return shape
}

/** Broken keywords of the value itself, its type excepted. */
export function ownBadValues(schema: Schema): { what: string; value: unknown }[] {
  return [...badStrings(schema), ...badNumbers(schema), ...badSizes(schema)]
}

/** Words that upset parsers and databases; each is used where the schema refuses it. */
const oddWords = [
  'no such value',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u2066',
  '   ',
  'ａｄａ＠ｔｅｃｈ',
  'caf\u00e9',
  'two\twords of a line',
  "' OR 1=1; --",
  '../../etc/passwd',
  '{{7*7}}',
  '<script>alert(1)</script>',
]

/** Words that look like the format, and that a database, a calendar or the other validator takes for something else. */
export const badWordsOfFormats: Readonly<Record<string, readonly string[]>> = {
  uuid: [
    'urn:uuid:7b6c0a52-1f0e-4c53-9f0a-2d1c7a1b3e11',
    '{7b6c0a52-1f0e-4c53-9f0a-2d1c7a1b3e11}',
    '7b6c0a521f0e4c539f0a2d1c7a1b3e11',
    '7b6c0a52-1f0e-4c53-9f0a-2d1c7a1b3e1',
    '7b6c0a52-1f0e-4c53-9f0a-2d1c7a1b3e1g',
    '7b6c0a52-1f0e-4c53-9f0a-2d1c7a1b3e11\n',
  ],
  'date-time': [
    // A leap second: JavaScript knows none.
    '2016-12-31T23:59:60Z',
    '2017-01-01T05:29:60+05:30',
    '2026-02-03t04:05:06Z',
    '2026-02-03T04:05:06z',
    '2026-02-03 04:05:06Z',
    '2026-02-03\n04:05:06Z',
    '2026-02-03T04:05:06',
    '2026-02-03T04:05:06+05',
    '2026-02-03T04:05:06+0530',
    '2026-02-03T04:05:06+24:00',
    // No clock is further from UTC than 14 hours; PostgreSQL reads 15 at most.
    '2026-02-03T04:05:06-16:00',
    '2026-02-03T04:05Z',
    '2026-02-03T24:00:00Z',
    '2026-02-29T04:05:06Z',
    '2026-13-03T04:05:06Z',
    // PostgreSQL has no year 0, and in UTC the next two are in year 0 and 10000.
    '0000-02-03T04:05:06Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '+012026-02-03T04:05:06Z',
    '-000001-02-03T04:05:06Z',
    `2026-02-03T04:05:06.${'0'.repeat(200)}Z`,
  ],
  email: [
    `a@${'x'.repeat(64)}.com`,
    `a@techmart.${'x'.repeat(64)}`,
    'ada@localhost',
    'ada@[127.0.0.1]',
    '"ada lovelace"@techmart.example',
    'ada..l@techmart.example',
    '.ada@techmart.example',
    'ada@techmart..example',
    'ada@-techmart.example',
    'ada@techmart-.example',
    'ada@techmart.example.',
    'ada@techmart.example\n',
    'ada@t\u00e9chmart.example',
    // The sign for kelvin: a small k to whoever does not mind upper and lower case.
    'ada@\u212a.example',
    'ada@@techmart.example',
    'ada lovelace@techmart.example',
    'ada@techmart.example, bob@techmart.example',
    `${'x'.repeat(250)}@a.example`,
  ],
}

function badStrings(schema: Schema): { what: string; value: string }[] {
  const { minLength = 0, maxLength, pattern, format } = schema
  if (schema.enum) {
    return ['', ...oddWords, `${String(schema.enum[0]).toLowerCase()} `].map(value => ({
      what: `enum ${show(value)}`,
      value,
    }))
  }
  if (schema.type !== 'string') return []
  const refusing = pattern === undefined ? undefined : new RegExp(pattern, 'u')
  const odd = oddWords.filter(word => format !== undefined || (refusing !== undefined && !refusing.test(word)))
  return [
    ...(minLength > 0 ? [{ what: 'minLength', value: '' }] : []),
    ...(minLength > 1 ? [{ what: 'minLength', value: 'x'.repeat(minLength - 1) }] : []),
    ...(maxLength === undefined ? [] : [{ what: 'maxLength', value: 'x'.repeat(maxLength + 1) }]),
    ...[...odd, ...(badWordsOfFormats[format ?? ''] ?? [])].map(value => ({
      what: `${format ?? 'pattern'} ${show(value)}`,
      value,
    })),
  ]
}

function badNumbers({ type, minimum, maximum }: Schema): { what: string; value: number }[] {
  if (type !== 'integer' && type !== 'number') return []
  return [
    ...(minimum === undefined ? [] : [minimum - 1, -1e21, -Number.MAX_VALUE]).map(value => ({
      what: `minimum ${value}`,
      value,
    })),
    ...(maximum === undefined ? [] : [maximum + 1, 2 ** 53, 1e21, Number.MAX_VALUE]).map(value => ({
      what: `maximum ${value}`,
      value,
    })),
  ]
}

function badSizes({ minProperties, minItems = 0 }: Schema): { what: string; value: unknown }[] {
  return [
    ...(minItems > 0 ? [{ what: 'minItems', value: [] }] : []),
    ...(minProperties ? [{ what: 'minProperties', value: {} }] : []),
  ]
}

function badProperties(schema: Schema, right: unknown, place: string): BadValue[] {
  const { properties, required = [], additionalProperties } = schema
  if (properties === undefined) return []
  const whole = right as Record<string, unknown>
  const at = (name: string) => (place === '' ? name : `${place}.${name}`)
  const missing = required.map(name => {
    const { [name]: _gone, ...value } = whole
    return { what: `required ${at(name)}`, value, place: at(name) }
  })
  const unknown = (additionalProperties === false ? ['surprise', 'cuj.name', 'constructor'] : []).map(name => ({
    what: `additionalProperties ${at(name)}`,
    value: { ...whole, [name]: 1 },
    place: at(name),
  }))
  const deeper = Object.entries(properties)
    .filter(([name]) => name in whole)
    .flatMap(([name, property]) =>
      badValuesOf(property, whole[name], at(name)).map(bad => ({ ...bad, value: { ...whole, [name]: bad.value } })),
    )
  return [...missing, ...unknown, ...deeper]
}

function badItems(schema: Schema, right: unknown, place: string): BadValue[] {
  const { items, maxItems } = schema
  if (items === undefined) return []
  const whole = right as unknown[]
  const tooMany =
    maxItems === undefined
      ? []
      : [{ what: `maxItems of ${place}`, value: Array.from({ length: maxItems + 1 }, () => whole[0]), place }]
  const deeper = whole.flatMap((item, n) =>
    badValuesOf(items, item, `${place}.${n}`).map(bad => ({ ...bad, value: whole.with(n, bad.value) })),
  )
  return [...tooMany, ...deeper]
}

const show = (text: string): string => JSON.stringify(text).slice(0, 60)
