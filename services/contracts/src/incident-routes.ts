// Incidents: what the alerts said, joined with what had been broken or deployed. Part of the lab service, under /lab.
import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { FaultRecord } from './faults.ts'
import { defineRoute } from './route.ts'
import { severalLinesOfText, Timestamp, timestamp } from './shop.ts'

const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Seconds = (description: string) => OrNull(Type.Number({ minimum: 0, description }))

/**
 * `deploy` and `rollback`: another version of a service runs from here on. `broken` and `healed`: something was broken from outside, such as
 * a stopped container, and put right. `recovered`: whoever watches the requests sees them within their objective again.
 */
export const markKinds = ['deploy', 'rollback', 'broken', 'healed', 'recovered', 'note'] as const
export type MarkKind = (typeof markKinds)[number]

const markFields = {
  kind: Type.Enum([...markKinds]),
  text: severalLinesOfText({ maxLength: 200, description: 'What happened, in words.' }),
  service: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$' })),
  scenario: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{1,60}$' })),
  hidden: Type.Optional(
    Type.Boolean({ description: 'For blind exercises: told by an incident only when it is over.' }),
  ),
}

export const MarkRequest = Type.Object(
  {
    ...markFields,
    at: Type.Optional(timestamp('Now where absent; at most an hour ago.')),
  },
  { additionalProperties: false },
)
export type MarkRequest = Static<typeof MarkRequest>

export const Mark = Type.Object({ ...markFields, id: Type.Integer(), at: Timestamp }, { additionalProperties: false })
export type Mark = Static<typeof Mark>

export const MarkList = Type.Object({ marks: Type.Array(Mark) }, { additionalProperties: false })
export type MarkList = Static<typeof MarkList>

const Limit = (maximum: number, defaultLimit: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, default: defaultLimit }))

export const postMark = defineRoute({
  method: 'POST',
  path: '/lab/marks',
  summary: 'Writes down that something happened: a deployment, a container that was stopped, a recovery.',
  schema: { body: MarkRequest, response: { 201: Mark, ...commonErrors } },
})

export const listMarks = defineRoute({
  method: 'GET',
  path: '/lab/marks',
  summary: 'The last marks, oldest first.',
  schema: {
    querystring: Type.Object({ limit: Limit(1000, 100) }, { additionalProperties: false }),
    response: { 200: MarkList, ...commonErrors },
  },
})

export const FaultRecordList = Type.Object({ faults: Type.Array(FaultRecord) }, { additionalProperties: false })
export type FaultRecordList = Static<typeof FaultRecordList>

export const listFaultRecords = defineRoute({
  method: 'GET',
  path: '/lab/fault-records',
  summary: 'Faults that were, are and will be, with their reasons and real ends; the last ones, oldest first.',
  schema: {
    querystring: Type.Object({ limit: Limit(1000, 100) }, { additionalProperties: false }),
    response: { 200: FaultRecordList, ...commonErrors },
  },
})

/** What was done on purpose before the alerts came. `endedAt` is when the last of it was over. */
export const IncidentCause = Type.Object(
  {
    kind: Type.Enum(['fault', 'broken', 'deploy']),
    name: Type.String({ description: 'The scenario, or what was marked.' }),
    startedAt: Timestamp,
    endedAt: OrNull(Timestamp),
  },
  { additionalProperties: false },
)
export type IncidentCause = Static<typeof IncidentCause>

/**
 * `delivery`: Alertmanager said so. The other two were never told, and so are later than the end by an unknown time: `absence`, Alertmanager
 * listed the alert no more; `new-start`, the same alert began anew.
 */
export const endKnownBy = ['delivery', 'absence', 'new-start'] as const

const incidentFields = {
  id: Type.Integer(),
  revision: Type.Integer({
    description: 'Grows with every change of any incident; the id of its event in the stream.',
  }),
  state: Type.Enum(['open', 'resolved']),
  title: Type.String(),
  severity: Type.String({ description: 'The highest of its alerts; it is resolved when those are.' }),
  journeys: Type.Array(Type.String()),
  alertCount: Type.Integer(),
  cause: OrNull(IncidentCause),
  startedAt: timestamp("The cause's beginning; the first alert's, where no cause is known."),
  detectedAt: timestamp('When the first alert of that severity was delivered.'),
  resolvedAt: OrNull(Timestamp),
  resolvedBy: Type.Union([Type.Enum([...endKnownBy]), Type.Null()], {
    description: 'How the last end is known. What was not delivered had ended by resolvedAt at the latest.',
  }),
  healedAt: OrNull(Timestamp),
  recoveredAt: OrNull(Timestamp),
  recoveredBy: Type.Union([Type.Enum(['probe', 'alerts']), Type.Null()], {
    description: 'probe: a mark said so. alerts: nobody looked at the requests, so it is the end of the alerts.',
  }),
  detectSeconds: Seconds('From the beginning of the cause to the first delivery; null where no cause is known.'),
  resolveSeconds: Seconds('From the first delivery to that of the last end; null where that was not delivered.'),
  recoverSeconds: Seconds('From the end of the cause to the recovery; null where no cause is known.'),
  mergedInto: OrNull(
    Type.Integer({ description: 'The incident that has its alerts now: both turned out to have one cause.' }),
  ),
}

export const Incident = Type.Object(incidentFields, { additionalProperties: false })
export type Incident = Static<typeof Incident>

/** One alert of an incident, from its first delivery to that of its end. */
export const IncidentAlert = Type.Object(
  {
    alertname: Type.String(),
    severity: Type.String(),
    labels: Type.Record(Type.String(), Type.String()),
    annotations: Type.Record(Type.String(), Type.String()),
    fingerprint: Type.String(),
    startsAt: Timestamp,
    endsAt: Type.Union([Timestamp, Type.Null()], { description: 'At the latest, where the end was not delivered.' }),
    deliveredAt: Timestamp,
    endDeliveredAt: OrNull(Timestamp),
    endKnownBy: OrNull(Type.Enum([...endKnownBy])),
  },
  { additionalProperties: false },
)
export type IncidentAlert = Static<typeof IncidentAlert>

export const timelineKinds = [
  'fault-started',
  'fault-ended',
  'mark',
  'alert-fired',
  'alert-delivered',
  'alert-resolved',
  'detected',
  'healed',
  'recovered',
  'resolved',
] as const

export const TimelineEntry = Type.Object(
  {
    at: Timestamp,
    offsetSeconds: Type.Number({ description: "From the incident's startedAt; below zero for what came before." }),
    kind: Type.Enum([...timelineKinds]),
    text: Type.String(),
  },
  { additionalProperties: false },
)
export type TimelineEntry = Static<typeof TimelineEntry>

export const IncidentDetail = Type.Object(
  { ...incidentFields, alerts: Type.Array(IncidentAlert), timeline: Type.Array(TimelineEntry) },
  { additionalProperties: false },
)
export type IncidentDetail = Static<typeof IncidentDetail>

export const IncidentPage = Type.Object({ incidents: Type.Array(Incident) }, { additionalProperties: false })
export type IncidentPage = Static<typeof IncidentPage>

export const listIncidents = defineRoute({
  method: 'GET',
  path: '/lab/incidents',
  summary: 'The last incidents, newest first.',
  schema: {
    querystring: Type.Object(
      { state: Type.Optional(Type.Enum(['open', 'resolved'])), limit: Limit(500, 50) },
      { additionalProperties: false },
    ),
    response: { 200: IncidentPage, ...commonErrors },
  },
})

export const getIncident = defineRoute({
  method: 'GET',
  path: '/lab/incidents/:id',
  summary: 'One incident with its alerts and its timeline.',
  schema: {
    params: Type.Object(
      { id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
      { additionalProperties: false },
    ),
    response: { 200: IncidentDetail, ...commonErrors },
  },
})

/** Not in JSON: `text/event-stream`. Each event is named `incident`, its data an Incident, its id the revision. */
export const streamIncidents = defineRoute({
  method: 'GET',
  path: '/lab/incidents/stream',
  summary: 'Incidents as they change (server-sent events); Last-Event-ID brings what was missed.',
  schema: { response: { 200: Type.Unknown(), ...commonErrors } },
})
