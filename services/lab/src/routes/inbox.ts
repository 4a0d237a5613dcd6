import { getDeadMan, listInbox, receiveAlerts, receiveDeadMan } from '@techmart/contracts/lab-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { isToldAlready } from '../dead-man-alert.ts'
import type { DeadManStore } from '../dead-man-store.ts'
import type { LabEvents } from '../events.ts'
import type { InboxStore } from '../inbox-store.ts'
import type { IncidentKeeper } from '../keep-incidents.ts'

export interface InboxRoutesDeps {
  readonly inbox: Pick<InboxStore, 'list'>
  readonly keeper: IncidentKeeper
  readonly deadMan: DeadManStore
  readonly events: LabEvents
  readonly now: () => number
}

export function inboxRoutes(app: HttpApp, { inbox, keeper, deadMan, events, now }: InboxRoutesDeps): void {
  addRoute(app, receiveAlerts, async (request, reply) => {
    const silence = deadMan.findSilence()
    const alerts = request.body.alerts.filter(alert => !isToldAlready(alert, silence))
    if (alerts.length > 0) events.alertsDelivered(keeper.take({ ...request.body, alerts }, now()))
    return reply.code(204).send(null)
  })

  addRoute(app, receiveDeadMan, async (_request, reply) => {
    const nowMs = now()
    deadMan.beat(nowMs)
    events.deadManBeat(nowMs)
    return reply.code(204).send(null)
  })

  addRoute(app, listInbox, async (request, reply) => {
    const { limit = 100, ...query } = request.query
    return reply.code(200).send({ entries: inbox.list({ ...query, limit }) })
  })

  addRoute(app, getDeadMan, async (_request, reply) => reply.code(200).send(deadMan.get(now())))
}
