import type { FaultRequest } from '@techmart/contracts/faults'
import { listFaults, startFault, stopAllFaults, stopFault } from '@techmart/contracts/lab-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { conflict, invalid, notFound } from '@techmart/platform/refusals'
import type { LabEvents } from '../events.ts'
import type { FaultStore } from '../fault-store.ts'

/** Every service asks for the list each second: it must stay short. */
const maxActiveFaults = 50

/** What a schema of single fields cannot say. */
function checkTogether(request: FaultRequest): void {
  if (request.kind === 'latency' && request.latencyMs === undefined) {
    throw invalid("latencyMs is needed with kind 'latency': 1 to 60000.", { field: 'body.latencyMs' })
  }
  if (request.kind !== 'latency' && request.latencyMs !== undefined) {
    throw invalid(`latencyMs goes only with kind 'latency', not with '${request.kind}'.`, { field: 'body.latencyMs' })
  }
}

export interface FaultRoutesDeps {
  readonly faults: FaultStore
  readonly events: LabEvents
  readonly now: () => number
}

export function faultRoutes(app: HttpApp, { faults, events, now }: FaultRoutesDeps): void {
  addRoute(app, listFaults, async (_request, reply) => reply.code(200).send({ faults: faults.listActive(now()) }))

  addRoute(app, startFault, async (request, reply) => {
    checkTogether(request.body)
    if (faults.listActive(now()).length >= maxActiveFaults) {
      throw conflict(`${maxActiveFaults} faults are active already: end some first (DELETE /lab/faults).`)
    }
    const fault = faults.start(request.body, now())
    events.faultStarted(fault)
    events.faultsAre(faults.listActive(now()))
    return reply.code(201).send(fault)
  })

  addRoute(app, stopFault, async (request, reply) => {
    const ended = faults.end(request.params.id, now())
    if (ended === undefined) throw notFound('There never was such a fault.', { field: 'params.id' })
    if (ended) {
      events.faultEnded(ended, 'stopped')
      events.faultsAre(faults.listActive(now()))
    }
    return reply.code(204).send(null)
  })

  addRoute(app, stopAllFaults, async (_request, reply) => {
    for (const fault of faults.endAll(now())) events.faultEnded(fault, 'stopped')
    const left = faults.listActive(now())
    events.faultsAre(left)
    return reply.code(200).send({ faults: left })
  })
}
