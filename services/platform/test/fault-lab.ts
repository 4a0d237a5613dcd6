// A lab that serves a list of faults, and a follower of it.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Fault } from '@techmart/contracts/faults'
import { type FollowFaultsOptions, followFaults } from '@techmart/platform/faults'
import { eventually, fakeLog } from '@techmart/platform/testing'

let built = 0

export function buildFault(fields: Partial<Fault> = {}): Fault {
  const now = Date.now()
  built += 1
  return {
    id: `11111111-1111-4111-8111-${String(built).padStart(12, '0')}`,
    scenario: 'payments-failing',
    service: 'payments',
    point: 'http-server',
    kind: 'error',
    ratio: 1,
    reason: 'a test',
    startsAt: new Date(now - 1_000).toISOString(),
    endsAt: new Date(now + 60_000).toISOString(),
    ...fields,
  }
}

export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString()

/** A lab that serves the list, and can be ended. */
export async function startLab(t: TestContext, faults: unknown[]) {
  const lab = {
    faults,
    reads: 0,
    url: '',
    end: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  const server = createServer((_request, response) => {
    lab.reads++
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ faults: lab.faults }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  lab.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.after(lab.end)
  return lab
}

/** Follows the lab and waits until its list has been read. */
export async function follow(t: TestContext, list: unknown[], options: Partial<FollowFaultsOptions> = {}) {
  const lab = await startLab(t, list)
  const log = fakeLog()
  const faults = followFaults({ service: 'payments', labUrl: lab.url, log, pollMs: 10, ...options })
  t.after(() => faults[Symbol.asyncDispose]())
  await eventually(() => assert.ok(lab.reads >= 2), { withinMs: 10_000 })
  return { lab, faults, log }
}
