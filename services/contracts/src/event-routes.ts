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

/** An all-zero id is none (https://www.w3.org/TR/trace-context/#trace-id). */
const traceparent = Type.String({
  pattern: '^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$',
  description: "W3C trace context of what the shopper did: where this event's log line and spans belong.",
})

const common = {
  at: Type.Optional(Timestamp),
  traceparent: Type.Optional(traceparent),
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

/** What a shopper can do that leads to calls; `background` is what the page asks by itself later on. */
export const actionKinds = ['open', 'click', 'submit', 'input', 'back', 'background'] as const

const milliseconds = { minimum: 0, maximum: 600_000 }

const Action = Type.Object(
  {
    name: Type.Enum(['action']),
    ...common,
    kind: Type.Enum([...actionKinds]),
    traceparent,
    durationMs: Type.Number({ ...milliseconds, description: 'Until the last of its calls was answered.' }),
    calls: Type.Array(
      Type.Object(
        {
          spanId: Type.String({
            pattern: '^(?!0{16})[0-9a-f]{16}$',
            description: 'The parent that the call named in its traceparent.',
          }),
          method: Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
          route: Type.String({ pattern: '^/[a-z/:-]{1,80}$', description: "The contract's path: /api/products/:id." }),
          status: Type.Integer({ minimum: 0, maximum: 599, description: '0: no answer came.' }),
          offsetMs: Type.Number({ ...milliseconds, description: "Since the action's beginning." }),
          durationMs: Type.Number(milliseconds),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 10 },
    ),
  },
  { additionalProperties: false, description: 'Something a shopper did, with the calls that came of it.' },
)
export type ActionEvent = Static<typeof Action>

const kinds = [Step, PageLoad, Vital, PageError, Action] as const
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
