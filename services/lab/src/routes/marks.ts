import { listMarks, postMark } from '@techmart/contracts/incident-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { invalid } from '@techmart/platform/refusals'
import type { LabEvents } from '../events.ts'
import type { MarkStore } from '../mark-store.ts'

export interface MarkRoutesDeps {
  readonly marks: MarkStore
  readonly events: LabEvents
  readonly now: () => number
  /** Called when something was marked: what follows from it for incidents is looked at again. */
  readonly onChange: () => void
}

/** A mark may come late, and no later than this. */
export const longestAgoMs = 3_600_000

export function markRoutes(app: HttpApp, { marks, events, now, onChange }: MarkRoutesDeps): void {
  addRoute(app, postMark, async (request, reply) => {
    const { at } = request.body
    if (at !== undefined && (Date.parse(at) < now() - longestAgoMs || Date.parse(at) > now() + 60_000)) {
      throw invalid('A mark is of the last hour.', { field: 'body.at' })
    }
    const mark = marks.add(request.body, now())
    events.marked(mark)
    events.marksAre(marks.listBetween(now() - markShownMs, now()))
    onChange()
    return reply.code(201).send(mark)
  })

  addRoute(app, listMarks, async (request, reply) => {
    const { limit = 100 } = request.query
    return reply.code(200).send({ marks: marks.list(limit).filter(({ hidden }) => !hidden) })
  })
}

/** How long a deployment marks dashboards: four scrapes. */
export const markShownMs = 20_000
