// What browsers (and the traffic in their place) tell of themselves. It comes from strangers: names and labels are from lists,
// texts are short, and nothing here can name a journey.
import Type, { type Static, type TSchema } from 'typebox'
import { commonErrors } from './errors.ts'
import { anyone, defineRoute } from './route.ts'
import { Country, ProductId, Segment, Timestamp } from './shop.ts'

export const funnelSteps = ['browse', 'view', 'cart'] as const
export type FunnelStep = (typeof funnelSteps)[number]

/** web.dev/vitals: milliseconds, but for CLS, which has no unit. */
export const webVitals = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const
export type WebVital = (typeof webVitals)[number]

const common = {
  at: Type.Optional(Timestamp),
  page: Type.Optional(
    Type.String({
      pattern: '^/[A-Za-z0-9/_-]{0,99}$',
      description: 'The path of the page, without its query: /products/11.',
    }),
  ),
}

const Step = Type.Object(
  {
    name: Type.Enum([...funnelSteps], { description: 'A step on the way to a sale.' }),
    ...common,
    productId: Type.Optional(ProductId),
    country: Type.Optional(Country),
    segment: Type.Optional(Segment),
  },
  { additionalProperties: false },
)

const PageLoad = Type.Object(
  {
    name: Type.Enum(['page_load']),
    ...common,
    durationMs: Type.Number({ minimum: 0, maximum: 600_000, description: 'Until the page was loaded.' }),
  },
  { additionalProperties: false },
)

const Vital = Type.Object(
  {
    name: Type.Enum(['web_vital']),
    ...common,
    metric: Type.Enum([...webVitals], { description: 'See web.dev/vitals.' }),
    value: Type.Number({ minimum: 0, maximum: 600_000, description: 'Milliseconds; for CLS the score.' }),
  },
  { additionalProperties: false },
)

const PageError = Type.Object(
  {
    name: Type.Enum(['error']),
    ...common,
    message: Type.String({ minLength: 1, maxLength: 2_000, description: 'The first 300 characters are kept.' }),
    stack: Type.Optional(Type.String({ maxLength: 4_000, description: 'The first 1,000 characters are kept.' })),
  },
  { additionalProperties: false },
)

const kinds = [Step, PageLoad, Vital, PageError] as const
type Kind = Static<(typeof kinds)[number]>

/** One of several shapes, told apart by `name`: what is wrong is then said of that shape, and not of every one. */
export const BrowserEvent = Type.Unsafe<Kind>({
  type: 'object',
  discriminator: { propertyName: 'name' },
  required: ['name'],
  oneOf: kinds as readonly TSchema[],
})
export type BrowserEvent = Kind

/** Events that one request may carry. */
export const maxEvents = 20

export const EventsRequest = Type.Object(
  { events: Type.Array(BrowserEvent, { minItems: 1, maxItems: maxEvents }) },
  { additionalProperties: false },
)

export const reportEvents = defineRoute({
  method: 'POST',
  path: '/api/events',
  summary: 'Takes what happened in a browser: steps of the funnel, page loads, web vitals, errors.',
  access: anyone,
  bodyLimitBytes: 8_192,
  schema: { body: EventsRequest, response: { 204: Type.Null(), ...commonErrors } },
})
