import type { TestContext } from 'node:test'
import type { HttpApp } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { buildApp, type LabDeps } from '../src/app.ts'
import { makeDeadManStore } from '../src/dead-man-store.ts'
import { makeLabEvents } from '../src/events.ts'
import { makeFaultStore } from '../src/fault-store.ts'
import { makeInboxStore } from '../src/inbox-store.ts'
import { makeIncidentFeed } from '../src/incident-feed.ts'
import { makeIncidentStore } from '../src/incident-store.ts'
import { makeIncidentKeeper } from '../src/keep-incidents.ts'
import { makeTransaction, openLabDatabase } from '../src/lab-database.ts'
import { makeMarkStore } from '../src/mark-store.ts'

export interface TestLab {
  readonly app: HttpApp
  readonly deps: LabDeps
  /** What /metrics says of one metric, without help and type. */
  readMetric(name: string): Promise<string[]>
  /** Moves the clock of the app; what the service does by itself is done. */
  pass(seconds: number): void
  close(): Promise<void>
}

export type TestLabParts = Partial<LabDeps> & { readonly folder?: string }

/** The lab on a SQLite of its own, with a clock that stands still, and stores that know one trace. */
export function buildTestLab(t: TestContext, { folder = ':memory:', ...parts }: TestLabParts = {}): TestLab {
  let nowMs = Date.UTC(2026, 10, 20, 14)
  const database = openLabDatabase(folder)
  const metrics = buildMetrics()
  const log = buildLog({ service: 'lab', level: 'error' })
  const events = makeLabEvents(metrics, log)
  const faults = makeFaultStore(database, 100)
  const marks = makeMarkStore(database, 100)
  const inbox = makeInboxStore(database, 100)
  const incidents = makeIncidentStore(database, 10)
  const feed = makeIncidentFeed()
  const inOneTransaction = makeTransaction(database)
  const keeper = makeIncidentKeeper({ incidents, inbox, faults, marks, events, feed, inOneTransaction })
  const deps: LabDeps = {
    log,
    metrics,
    events,
    now: () => nowMs,
    faults,
    marks,
    inbox,
    incidents,
    feed,
    keeper,
    onChange: () => keeper.settle(nowMs),
    deadMan: makeDeadManStore(database),
    traces: { find: async () => undefined },
    logs: { listByTrace: async () => [] },
    ...parts,
  }
  const app = buildApp(deps)
  const close = async () => {
    await app.close()
    if (database.isOpen) database.close()
  }
  t.after(close)
  return {
    app,
    deps,
    async readMetric(name) {
      const { body } = await app.inject('/metrics')
      return body.split('\n').filter(line => line.startsWith(name) && /[{ ]/.test(line.charAt(name.length)))
    },
    pass(seconds) {
      nowMs += seconds * 1000
      for (const fault of faults.endLapsed(nowMs)) events.faultEnded(fault, 'time')
      events.faultsAre(faults.listActive(nowMs), nowMs)
      keeper.settle(nowMs)
    },
    close,
  }
}
