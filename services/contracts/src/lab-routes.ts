// The lab service: faults, and what Alertmanager delivered. Reached from outside through the gateway under /lab.
import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { Fault, FaultRequest } from './faults.ts'
import { defineRoute } from './route.ts'
import { lineOfText, Timestamp, Uuid } from './shop.ts'

export const FaultList = Type.Object({ faults: Type.Array(Fault) }, { additionalProperties: false })
export type FaultList = Static<typeof FaultList>

export const listFaults = defineRoute({
  method: 'GET',
  path: '/lab/faults',
  summary: 'The faults that are active now, and those that are to begin.',
  schema: { response: { 200: FaultList, ...commonErrors } },
})

export const startFault = defineRoute({
  method: 'POST',
  path: '/lab/faults',
  summary: 'Starts a fault, now or at startsAt; it ends by itself after durationSeconds.',
  schema: { body: FaultRequest, response: { 201: Fault, ...commonErrors } },
})

export const stopFault = defineRoute({
  method: 'DELETE',
  path: '/lab/faults/:id',
  summary: 'Ends one fault. Ending it twice changes nothing.',
  schema: {
    params: Type.Object({ id: Uuid }, { additionalProperties: false }),
    response: { 204: Type.Null(), ...commonErrors },
  },
})

export const stopAllFaults = defineRoute({
  method: 'DELETE',
  path: '/lab/faults',
  summary: 'Ends every fault and answers with the list that is left: an empty one.',
  schema: { response: { 200: FaultList, ...commonErrors } },
})

export const alertStatuses = ['firing', 'resolved'] as const

/** One alert of one delivery, as the inbox keeps it. */
export const InboxEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Grows with every delivery; ask for the later ones with ?after=.' }),
    receivedAt: Timestamp,
    status: Type.Enum([...alertStatuses]),
    alertname: Type.String(),
    labels: Type.Record(Type.String(), Type.String()),
    annotations: Type.Record(Type.String(), Type.String()),
    startsAt: Timestamp,
    endsAt: Type.Union([Timestamp, Type.Null()]),
    fingerprint: Type.String(),
    generatorUrl: Type.String(),
  },
  { additionalProperties: false },
)
export type InboxEntry = Static<typeof InboxEntry>

export const InboxPage = Type.Object({ entries: Type.Array(InboxEntry) }, { additionalProperties: false })
export type InboxPage = Static<typeof InboxPage>

export const listInbox = defineRoute({
  method: 'GET',
  path: '/lab/inbox',
  summary: 'What Alertmanager delivered, oldest first, by default the last hundred entries.',
  schema: {
    querystring: Type.Object(
      {
        after: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: Number.MAX_SAFE_INTEGER,
            description: 'Only entries with a greater id.',
          }),
        ),
        alertname: Type.Optional(lineOfText({ maxLength: 100 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
      },
      { additionalProperties: false },
    ),
    response: { 200: InboxPage, ...commonErrors },
  },
})

/** The dead man's switch is kept apart: it is one row, renewed by every beat, and never an incident. */
export const DeadMan = Type.Object(
  {
    lastBeatAt: Type.Union([Timestamp, Type.Null()]),
    ageSeconds: Type.Union([Type.Number(), Type.Null()]),
    beats: Type.Integer(),
  },
  { additionalProperties: false },
)
export type DeadMan = Static<typeof DeadMan>

export const getDeadMan = defineRoute({
  method: 'GET',
  path: '/lab/dead-man',
  summary: "When Alertmanager's dead man's switch was last heard.",
  schema: { response: { 200: DeadMan, ...commonErrors } },
})

/** One span of a trace, in the order a waterfall draws it: each span is followed by its children. */
export const TraceSpan = Type.Object(
  {
    spanId: Type.String(),
    parentSpanId: Type.Union([Type.String(), Type.Null()]),
    depth: Type.Integer({ description: 'Spans between this one and the root.' }),
    service: Type.String(),
    name: Type.String(),
    kind: Type.String({ description: 'server, client, producer, consumer, internal or unspecified.' }),
    status: Type.Enum(['unset', 'ok', 'error']),
    statusMessage: Type.Optional(Type.String()),
    offsetMs: Type.Number({ description: "Milliseconds from the trace's start." }),
    durationMs: Type.Number(),
    attributes: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
)
export type TraceSpan = Static<typeof TraceSpan>

export const Trace = Type.Object(
  {
    traceId: Type.String(),
    startedAt: Timestamp,
    durationMs: Type.Number(),
    services: Type.Array(Type.String()),
    missingParents: Type.Integer({ description: 'Spans whose parent has not arrived.' }),
    spans: Type.Array(TraceSpan),
  },
  { additionalProperties: false },
)
export type Trace = Static<typeof Trace>

const TraceId = Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Thirty-two hex digits.' })

export const getTrace = defineRoute({
  method: 'GET',
  path: '/lab/traces/:traceId',
  summary: 'One trace from the trace store, as a waterfall reads it.',
  schema: {
    params: Type.Object({ traceId: TraceId }, { additionalProperties: false }),
    response: { 200: Trace, ...commonErrors },
  },
})

export const LogLine = Type.Object(
  { at: Timestamp, service: Type.String(), level: Type.String(), message: Type.String(), spanId: Type.String() },
  { additionalProperties: false },
)
export type LogLine = Static<typeof LogLine>

export const LogPage = Type.Object({ lines: Type.Array(LogLine) }, { additionalProperties: false })
export type LogPage = Static<typeof LogPage>

export const listLogs = defineRoute({
  method: 'GET',
  path: '/lab/logs',
  summary: 'What the services logged within one trace, oldest first, from the last day.',
  schema: {
    querystring: Type.Object({ traceId: TraceId }, { additionalProperties: false }),
    response: { 200: LogPage, ...commonErrors },
  },
})

/** Alertmanager's webhook body, version 4; what we do not use may be there too (prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
export const AlertmanagerWebhook = Type.Object({
  version: Type.Literal('4'),
  groupKey: Type.String(),
  status: Type.Enum([...alertStatuses]),
  receiver: Type.String(),
  alerts: Type.Array(
    Type.Object({
      status: Type.Enum([...alertStatuses]),
      labels: Type.Record(Type.String(), Type.String()),
      annotations: Type.Record(Type.String(), Type.String()),
      startsAt: Type.String(),
      endsAt: Type.String(),
      generatorURL: Type.String(),
      fingerprint: Type.String(),
    }),
  ),
})
export type AlertmanagerWebhook = Static<typeof AlertmanagerWebhook>

/** Only Alertmanager calls these two: they are not under /lab, so the gateway does not pass them on. */
export const receiveAlerts = defineRoute({
  method: 'POST',
  path: '/hooks/alerts',
  summary: "Alertmanager's deliveries.",
  bodyLimitBytes: 1_048_576,
  schema: { body: AlertmanagerWebhook, response: { 204: Type.Null(), ...commonErrors } },
})

export const receiveDeadMan = defineRoute({
  method: 'POST',
  path: '/hooks/dead-man',
  summary: "The dead man's switch.",
  bodyLimitBytes: 1_048_576,
  schema: { body: AlertmanagerWebhook, response: { 204: Type.Null(), ...commonErrors } },
})
