import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { buildApi } from '../src/api.ts'
import { openHttpServer } from '../src/http-server.ts'
import { buildIntake } from '../src/intake.ts'
import { makeTraceStore, type TraceStoreLimits } from '../src/trace-store.ts'

export interface RunningStandIn {
  readonly api: string
  readonly intake: string
  send(body: object): Promise<Response>
}

/** Both servers on free ports, closed with the test. */
export async function startStandIn(t: TestContext, limits: Partial<TraceStoreLimits> = {}): Promise<RunningStandIn> {
  const store = makeTraceStore({ maxBytes: 1e6, maxTraces: 100, maxTraceBytes: 1e5, ...limits })
  const [api, intake] = await Promise.all(
    [buildApi(store), buildIntake(store)].map(async handler => {
      const server = await openHttpServer(0, handler)
      t.after(() => server.close())
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    }),
  )
  if (api === undefined || intake === undefined) throw new Error('Two servers were started.')
  return {
    api,
    intake,
    send: body =>
      fetch(`${intake}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}
