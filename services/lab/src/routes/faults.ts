import { findFaultMistake } from '@techmart/contracts/fault-rules'
import type { FaultRequest } from '@techmart/contracts/faults'
import { listFaultRecords } from '@techmart/contracts/incident-routes'
import { listFaults, startFault, stopAllFaults, stopFault } from '@techmart/contracts/lab-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { conflict, invalid, notFound } from '@techmart/platform/refusals'
import type { LabEvents } from '../events.ts'
import type { FaultStore } from '../fault-store.ts'

/** Every service asks for the list each second: it must stay short. */
const maxActiveFaults = 50

const longestLeadMs = 86_400_000

/** What a schema of single fields cannot say. */
function checkTogether(request: FaultRequest, nowMs: number): void {
  const mistake = findFaultMistake(request)
  if (mistake) {
    const { field, message, allowed } = mistake
    throw invalid(message, { field: `body.${field}`, ...(allowed ? { allowed } : {}) })
  }
  if (request.startsAt !== undefined && Date.parse(request.startsAt) > nowMs + longestLeadMs) {
    throw invalid('A fault begins within a day from now.', { field: 'body.startsAt' })
  }
}

export interface FaultRoutesDeps {
  readonly faults: FaultStore
  readonly events: LabEvents
  readonly now: () => number
  /** Called when a fault has begun or ended: what follows from it for incidents is looked at again. */
  readonly onChange: () => void
}

export function faultRoutes(app: HttpApp, { faults, events, now, onChange }: FaultRoutesDeps): void {
  addRoute(app, listFaults, async (_request, reply) => reply.code(200).send({ faults: faults.listActive(now()) }))

  addRoute(app, startFault, async (request, reply) => {
    checkTogether(request.body, now())
    if (faults.listActive(now()).length >= maxActiveFaults) {
      throw conflict(`${maxActiveFaults} faults are active already: end some first (DELETE /lab/faults).`)
    }
    const fault = faults.start(request.body, now())
    events.faultStarted(fault)
    events.faultsAre(faults.listActive(now()), now())
    onChange()
    return reply.code(201).send(fault)
  })

  addRoute(app, stopFault, async (request, reply) => {
    const ended = faults.end(request.params.id, now())
    if (ended === undefined) throw notFound('There never was such a fault.', { field: 'params.id' })
    if (ended) {
      events.faultEnded(ended, 'stopped')
      events.faultsAre(faults.listActive(now()), now())
      onChange()
    }
    return reply.code(204).send(null)
  })

  addRoute(app, stopAllFaults, async (_request, reply) => {
    for (const fault of faults.endAll(now())) events.faultEnded(fault, 'stopped')
    const left = faults.listActive(now())
    events.faultsAre(left, now())
    onChange()
    return reply.code(200).send({ faults: left })
  })

  addRoute(app, listFaultRecords, async (request, reply) => {
    const { limit = 100 } = request.query
    // A blind exercise is told when it is over.
    const told = faults.listRecords(limit).filter(({ hidden, endedAt }) => !hidden || endedAt !== null)
    return reply.code(200).send({ faults: told })
  })
}
