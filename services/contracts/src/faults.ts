// A fault is trouble made on purpose: where it strikes, what it does, how often, for whom, and when it ends.
import Type, { type Static } from 'typebox'
import { Country, lineOfText, severalLinesOfText, Timestamp, timestamp, Uuid } from './shop.ts'

/** The four places where platform lets a fault strike a call, and the process itself. */
export const faultPoints = ['http-server', 'http-client', 'database', 'consumer', 'process'] as const
export type FaultPoint = (typeof faultPoints)[number]

/**
 * `error` fails the call, `latency` delays it, `hang` never answers, `refuse` is a connection that is not taken. Of a consumer:
 * `stop` makes it leave its group, `poison` makes the same messages fail at every try. Of a process: `cpu-burn` keeps it busy,
 * `block-loop` makes it stand still, `leak-memory` makes it forget to let go.
 */
export const faultKinds = [
  'error',
  'latency',
  'hang',
  'refuse',
  'stop',
  'poison',
  'cpu-burn',
  'block-loop',
  'leak-memory',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** The one header that the edge believes: a word that a caller puts on itself, to be the one whom a fault strikes. */
export const chaosHeader = 'x-chaos'
export const chaosWordPattern = '^[a-z0-9][a-z0-9-]{0,39}$'

const faultFields = {
  scenario: Type.String({
    pattern: '^[a-z][a-z0-9-]{1,60}$',
    description: 'The scenario it belongs to; marks dashboards.',
  }),
  service: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$', description: 'The service it strikes.' }),
  point: Type.Enum([...faultPoints]),
  kind: Type.Enum([...faultKinds]),
  ratio: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Share of the calls (poison: messages; cpu-burn, block-loop: time) it strikes.',
  }),
  latencyMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 60_000,
      description: 'latency: the delay. block-loop: how long it stands still at a time, at most 5000.',
    }),
  ),
  tail: Type.Optional(
    Type.Object(
      {
        share: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Share of the calls struck.' }),
        latencyMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
      },
      { additionalProperties: false, description: 'Only with latency: some calls take that long instead.' },
    ),
  ),
  leak: Type.Optional(
    Type.Object(
      {
        maxMegabytes: Type.Integer({ minimum: 1, maximum: 512, description: 'It never holds more.' }),
        megabytesPerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 50 }),
      },
      { additionalProperties: false, description: 'Only with leak-memory: how much, and how fast.' },
    ),
  ),
  target: Type.Optional(
    lineOfText({
      maxLength: 120,
      description:
        'Route (http-server: "POST /charges"), host (http-client), statement name (database) or topic (consumer); all where ' +
        'absent, but for the routes that probes and scrapes ask.',
    }),
  ),
  journey: Type.Optional(lineOfText({ maxLength: 60, description: 'Only calls of this journey.' })),
  country: Type.Optional(Country),
  header: Type.Optional(
    Type.Object(
      { name: Type.Literal(chaosHeader), value: Type.String({ pattern: chaosWordPattern }) },
      { additionalProperties: false, description: 'Only what follows from requests that carry this header.' },
    ),
  ),
  hidden: Type.Optional(
    Type.Boolean({ description: 'For blind exercises: no span, log line or metric names its scenario.' }),
  ),
  reason: severalLinesOfText({ maxLength: 200, description: 'Why somebody wanted it.' }),
}

export const FaultRequest = Type.Object(
  {
    ...faultFields,
    startsAt: Type.Optional(timestamp('Now where absent or past; within a day from now.')),
    durationSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  },
  { additionalProperties: false },
)
export type FaultRequest = Static<typeof FaultRequest>

export const Fault = Type.Object(
  { ...faultFields, id: Uuid, startsAt: Timestamp, endsAt: Timestamp },
  { additionalProperties: false },
)
export type Fault = Static<typeof Fault>

/** A fault as the lab remembers it: `endedAt` is when it really ended, `endedBy` whether its time was over or somebody ended it. */
export const FaultRecord = Type.Object(
  {
    ...Fault.properties,
    endedAt: Type.Union([Timestamp, Type.Null()]),
    endedBy: Type.Union([Type.Enum(['time', 'stopped']), Type.Null()]),
  },
  { additionalProperties: false },
)
export type FaultRecord = Static<typeof FaultRecord>
