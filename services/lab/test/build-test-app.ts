import type { TestContext } from 'node:test'
import type { HttpApp } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { buildApp, type LabDeps } from '../src/app.ts'
import { makeDeadManStore } from '../src/dead-man-store.ts'
import { makeLabEvents } from '../src/events.ts'
import { makeFaultStore } from '../src/fault-store.ts'
import { makeInboxStore } from '../src/inbox-store.ts'
import { openLabDatabase } from '../src/lab-database.ts'

export interface TestLab {
  readonly app: HttpApp
  readonly deps: LabDeps
  /** What /metrics says of one metric, without help and type. */
  readMetric(name: string): Promise<string[]>
  /** Moves the clock of the app. */
  pass(seconds: number): void
}

/** The lab on a SQLite of its own, with a clock that stands still, and stores that know one trace. */
export function buildTestLab(t: TestContext, parts: Partial<LabDeps> = {}): TestLab {
  let nowMs = Date.UTC(2026, 10, 20, 14)
  const database = openLabDatabase(':memory:')
  const metrics = buildMetrics()
  const log = buildLog({ service: 'lab', level: 'error' })
  const deps: LabDeps = {
    log,
    metrics,
    events: makeLabEvents(metrics, log),
    now: () => nowMs,
    faults: makeFaultStore(database, 100),
    inbox: makeInboxStore(database, 100),
    deadMan: makeDeadManStore(database),
    traces: { find: async () => undefined },
    logs: { listByTrace: async () => [] },
    ...parts,
  }
  const app = buildApp(deps)
  t.after(async () => {
    await app.close()
    database.close()
  })
  return {
    app,
    deps,
    async readMetric(name) {
      const { body } = await app.inject('/metrics')
      return body.split('\n').filter(line => line.startsWith(name) && /[{ ]/.test(line.charAt(name.length)))
    },
    pass(seconds) {
      nowMs += seconds * 1000
    },
  }
}
