// A fault is trouble made on purpose: where it strikes, what it does, how often, for whom, and when it ends.
import Type, { type Static } from 'typebox'
import { Timestamp, Uuid } from './shop.ts'

/** The four places where platform lets a fault strike. */
export const faultPoints = ['http-server', 'http-client', 'database', 'consumer'] as const
export type FaultPoint = (typeof faultPoints)[number]

/** `error` fails the call, `latency` delays it, `hang` never answers. */
export const faultKinds = ['error', 'latency', 'hang'] as const
export type FaultKind = (typeof faultKinds)[number]

const faultFields = {
  scenario: Type.String({
    pattern: '^[a-z][a-z0-9-]{1,60}$',
    description: 'The scenario it belongs to; marks dashboards.',
  }),
  service: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$', description: 'The service it strikes.' }),
  point: Type.Enum([...faultPoints]),
  kind: Type.Enum([...faultKinds]),
  ratio: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Share of the calls it strikes.' }),
  latencyMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 60_000, description: 'Only with kind latency.' })),
  target: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 120,
      description:
        'Route (http-server: "POST /charges"), host (http-client), statement name (database) or topic (consumer); all where absent.',
    }),
  ),
  journey: Type.Optional(Type.String({ maxLength: 60, description: 'Only calls of this journey.' })),
  reason: Type.String({ minLength: 1, maxLength: 200, description: 'Why somebody wanted it.' }),
}

export const FaultRequest = Type.Object(
  { ...faultFields, durationSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }) },
  { additionalProperties: false },
)
export type FaultRequest = Static<typeof FaultRequest>

export const Fault = Type.Object(
  { ...faultFields, id: Uuid, startsAt: Timestamp, endsAt: Timestamp },
  { additionalProperties: false },
)
export type Fault = Static<typeof Fault>
