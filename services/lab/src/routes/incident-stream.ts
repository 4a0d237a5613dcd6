// Incidents as they change, as server-sent events (html.spec.whatwg.org, 9.2). A browser that was cut off comes again with the id
// of the last event that it got.
import type { ServerResponse } from 'node:http'
import { streamIncidents } from '@techmart/contracts/incident-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { conflict } from '@techmart/platform/refusals'
import type { IncidentFeed } from '../incident-feed.ts'
import type { IncidentStore, StoredIncident } from '../incident-store.ts'
import { toIncident } from '../incident-view.ts'

export interface IncidentStreamDeps {
  readonly incidents: IncidentStore
  readonly feed: IncidentFeed
}

const maxStreams = 20
const missedLimit = 100
/** A word now and then, so that nobody on the way takes the stream for dead. */
const aliveEveryMs = 5_000
/** A reader that takes nothing is let go; it comes again, and misses nothing. */
const maxUnreadBytes = 262_144

export function incidentStream(app: HttpApp, { incidents, feed }: IncidentStreamDeps): void {
  const open = new Set<ServerResponse>()
  app.addHook('preClose', async () => {
    for (const response of open) response.end()
  })

  addRoute(app, streamIncidents, async (request, reply) => {
    if (open.size >= maxStreams) throw conflict(`${maxStreams} streams are open already: close one.`)
    const { 'last-event-id': lastEventId } = request.headers as Record<string, string | undefined>
    reply.hijack()
    const response = reply.raw
    const send = (incident: StoredIncident): void => {
      const data = JSON.stringify(toIncident(incident, incidents.listAlerts(incident.id)))
      response.write(`id: ${incident.revision}\nevent: incident\ndata: ${data}\n\n`)
      if (response.writableLength > maxUnreadBytes) response.destroy()
    }

    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
    response.write('retry: 1000\n\n')
    const missed =
      lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId)
        ? incidents.listSince(Number(lastEventId), missedLimit)
        : incidents.list({ state: 'open', limit: missedLimit }).reverse()
    for (const incident of missed) send(incident)

    const stop = feed.listen(send)
    const alive = setInterval(() => response.write(': alive\n\n'), aliveEveryMs)
    open.add(response)
    response.once('close', () => {
      clearInterval(alive)
      stop()
      open.delete(response)
    })
    return reply
  })
}
