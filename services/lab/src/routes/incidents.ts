import { getIncident, listIncidents } from '@techmart/contracts/incident-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { notFound } from '@techmart/platform/refusals'
import type { FaultStore } from '../fault-store.ts'
import type { IncidentStore } from '../incident-store.ts'
import { toIncident, toIncidentDetail } from '../incident-view.ts'
import type { MarkStore } from '../mark-store.ts'

export interface IncidentRoutesDeps {
  readonly incidents: IncidentStore
  readonly faults: FaultStore
  readonly marks: MarkStore
  readonly now: () => number
}

/** The timeline tells what was marked shortly before, and what was done after: ten and two minutes. */
const beforeMs = 600_000
const afterMs = 120_000

export function incidentRoutes(app: HttpApp, { incidents, faults, marks, now }: IncidentRoutesDeps): void {
  addRoute(app, listIncidents, async (request, reply) => {
    const { state, limit = 50 } = request.query
    const found = incidents.list({ state, limit })
    return reply.code(200).send({ incidents: found.map(each => toIncident(each, incidents.listAlerts(each.id))) })
  })

  addRoute(app, getIncident, async (request, reply) => {
    const incident = incidents.find(request.params.id)
    if (!incident) throw notFound('There is no such incident; old ones are forgotten.', { field: 'params.id' })
    const fromMs = incident.startedAtMs
    const ends = [incident.resolvedAtMs, incident.recoveredAtMs].map(at => (at === undefined ? now() : at + afterMs))
    const toMs = Math.min(now(), Math.max(...ends))
    const deeds = { faults: faults.listBetween(fromMs, toMs), marks: marks.listBetween(fromMs - beforeMs, toMs) }
    return reply.code(200).send(toIncidentDetail(incident, incidents.listAlerts(incident.id), deeds, now()))
  })
}
