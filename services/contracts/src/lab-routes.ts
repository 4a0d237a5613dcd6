// The lab service: faults, and what Alertmanager delivered. Reached from outside through the gateway under /lab.
import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { Fault, FaultRequest } from './faults.ts'
import { defineRoute } from './route.ts'
import { Timestamp, Uuid } from './shop.ts'

export const FaultList = Type.Object({ faults: Type.Array(Fault) }, { additionalProperties: false })
export type FaultList = Static<typeof FaultList>

export const listFaults = defineRoute({
  method: 'GET',
  path: '/lab/faults',
  summary: 'The faults that are active now.',
  schema: { response: { 200: FaultList, ...commonErrors } },
})

export const startFault = defineRoute({
  method: 'POST',
  path: '/lab/faults',
  summary: 'Starts a fault; it ends by itself after durationSeconds.',
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
        after: Type.Optional(Type.Integer({ minimum: 0, description: 'Only entries with a greater id.' })),
        alertname: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
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
