import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeDeadManStore } from '../src/dead-man-store.ts'
import { makeFaultStore } from '../src/fault-store.ts'
import { makeInboxStore } from '../src/inbox-store.ts'
import { makeIncidentStore } from '../src/incident-store.ts'
import { openLabDatabase } from '../src/lab-database.ts'
import { delivery, paymentsFailing, paymentsSlow } from './fixtures.ts'

const nowMs = Date.UTC(2026, 10, 20, 14)

function openDatabase(t: TestContext, folder = ':memory:') {
  const database = openLabDatabase(folder)
  t.after(() => {
    if (database.isOpen) database.close()
  })
  return database
}

test('a fault is active until its time is over', t => {
  const faults = makeFaultStore(openDatabase(t), 100)

  const fault = faults.start(paymentsFailing, nowMs)

  assert.equal(fault.endsAt, '2026-11-20T14:01:00.000Z')
  assert.deepEqual(faults.listActive(nowMs + 59_999), [fault])
  assert.deepEqual(faults.listActive(nowMs + 60_000), [])
  assert.deepEqual(faults.endLapsed(nowMs + 60_000), [fault])
  assert.deepEqual(faults.endLapsed(nowMs + 60_000), [])
})

test('faults survive a restart, and the file is made where it is missing', t => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const first = openDatabase(t, join(folder, 'data'))
  const fault = makeFaultStore(first, 100).start(paymentsSlow, nowMs)
  first.close()

  const second = openDatabase(t, join(folder, 'data'))

  assert.deepEqual(makeFaultStore(second, 100).listActive(nowMs + 1), [fault])
})

test('ending a fault twice changes nothing, and an unknown one is told apart', t => {
  const faults = makeFaultStore(openDatabase(t), 100)
  const one = faults.start(paymentsFailing, nowMs)
  const other = faults.start(paymentsSlow, nowMs)

  assert.deepEqual(faults.end(one.id, nowMs + 5), one)
  assert.equal(faults.end(one.id, nowMs + 6), null)
  assert.equal(faults.end('6f1d9f4e-3c3e-4d1a-9b8e-000000000000', nowMs + 6), undefined)
  assert.deepEqual(faults.listActive(nowMs + 6), [other])
  assert.deepEqual(faults.endAll(nowMs + 7), [other])
  assert.deepEqual(faults.listActive(nowMs + 8), [])
})

test('the record of ended faults is bounded, active ones stay', t => {
  const database = openDatabase(t)
  const faults = makeFaultStore(database, 3)
  const long = faults.start({ ...paymentsFailing, durationSeconds: 3600 }, nowMs)

  for (let n = 1; n <= 10; n++) {
    faults.end(faults.start(paymentsSlow, nowMs + n).id, nowMs + n)
  }

  assert.deepEqual(faults.listActive(nowMs + 20), [long])
  const rows = Number(database.prepare('SELECT count(*) AS n FROM faults').get()?.n)
  assert.ok(rows <= 5, `${rows} rows`)
})

test('the inbox keeps each alert of each delivery, the last ones, oldest first', t => {
  const inbox = makeInboxStore(openDatabase(t), 3)

  inbox.add(delivery('firing', 'KafkaDown'), nowMs)
  inbox.add(delivery('firing'), nowMs + 1)
  inbox.add(delivery('firing', 'PostgresDown'), nowMs + 2)
  inbox.add(delivery('resolved'), nowMs + 3)

  assert.deepEqual(
    inbox.list({ limit: 10 }).map(({ id, alertname, status }) => [id, alertname, status]),
    [
      [2, 'JourneyBurnsFast', 'firing'],
      [3, 'PostgresDown', 'firing'],
      [4, 'JourneyBurnsFast', 'resolved'],
    ],
  )
  assert.deepEqual(
    inbox.list({ limit: 10, after: 2, alertname: 'JourneyBurnsFast' }).map(({ id }) => id),
    [4],
  )
  assert.deepEqual(
    inbox.list({ limit: 1 }).map(({ id }) => id),
    [4],
  )
})

test('the year 1 of a firing alert is no end', t => {
  const inbox = makeInboxStore(openDatabase(t), 10)

  const [firing] = inbox.add(delivery('firing'), nowMs)
  const [resolved] = inbox.add(delivery('resolved'), nowMs)

  assert.equal(firing?.startsAt, '2026-11-20T14:00:05.123Z')
  assert.equal(firing?.endsAt, null)
  assert.equal(resolved?.endsAt, '2026-11-20T14:06:05.500Z')
})

test("the dead man's switch is one row", t => {
  const deadMan = makeDeadManStore(openDatabase(t))
  assert.deepEqual(deadMan.get(nowMs), { lastBeatAt: null, ageSeconds: null, beats: 0 })

  deadMan.beat(nowMs)
  deadMan.beat(nowMs + 15_000)

  assert.deepEqual(deadMan.get(nowMs + 16_500), { lastBeatAt: '2026-11-20T14:00:15.000Z', ageSeconds: 1.5, beats: 2 })
})

test('incidents of an older lab are taken over: what was ended had been delivered, what fires goes on', t => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const old = openLabDatabase(folder, 3)
  old.exec(`INSERT INTO incidents (revision, severity, title, started_at_ms, detected_at_ms, resolved_at_ms)
      VALUES (1, 'critical', 'over', 1, 2, 9), (2, 'critical', 'open', 11, 12, NULL);
    INSERT INTO incident_alerts (incident_id, fingerprint, alertname, severity, labels, annotations, starts_at_ms, ends_at_ms,
        delivered_at_ms, end_delivered_at_ms)
      VALUES (1, 'a', 'A', 'critical', '{}', '{}', 1, 8, 2, 9), (2, 'a', 'A', 'critical', '{}', '{}', 11, NULL, 12, NULL)`)
  old.close()

  const incidents = makeIncidentStore(openDatabase(t, folder), 10)

  assert.deepEqual(
    incidents.list({ limit: 10 }).map(({ title, resolvedBy }) => [title, resolvedBy]),
    [
      ['open', undefined],
      ['over', 'delivery'],
    ],
  )
  assert.equal(incidents.listAlerts(1)[0]?.endKnownBy, 'delivery')
  assert.deepEqual(
    incidents.listFiring().map(({ incidentId, endKnownBy }) => [incidentId, endKnownBy]),
    [[2, undefined]],
  )
})
