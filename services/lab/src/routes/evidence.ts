import { getTrace, listLogs } from '@techmart/contracts/lab-routes'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { notFound } from '@techmart/platform/refusals'
import type { LogStoreClient } from '../log-store-client.ts'
import type { TraceStoreClient } from '../trace-store-client.ts'

export interface EvidenceRoutesDeps {
  readonly traces: TraceStoreClient
  readonly logs: LogStoreClient
}

/** One trace and its log lines, from the stores that keep them: what a person looks at first. */
export function evidenceRoutes(app: HttpApp, { traces, logs }: EvidenceRoutesDeps): void {
  addRoute(app, getTrace, async (request, reply) => {
    const trace = await traces.find(request.params.traceId)
    if (!trace) {
      throw notFound(
        'The trace store has no such trace. A finished trace may take some seconds to appear; old ones are deleted.',
        { field: 'params.traceId' },
      )
    }
    return reply.code(200).send(trace)
  })

  addRoute(app, listLogs, async (request, reply) =>
    reply.code(200).send({ lines: await logs.listByTrace(request.query.traceId) }),
  )
}
