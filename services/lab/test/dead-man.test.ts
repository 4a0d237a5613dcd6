import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import { toFingerprint } from '../src/dead-man-alert.ts'
import { makeDeadManStore } from '../src/dead-man-store.ts'
import { makeLabEvents } from '../src/events.ts'
import { makeFaultStore } from '../src/fault-store.ts'
import { makeInboxStore } from '../src/inbox-store.ts'
import { makeTransaction, openLabDatabase } from '../src/lab-database.ts'
import { makeDeadManRound } from '../src/watch-dead-man.ts'
import { buildTestLab } from './build-test-app.ts'
import { delivery } from './fixtures.ts'

const beatSeconds = 10

/** A lab's memory and clock; `start` is a start of its process, after which its rounds run whenever time passes. */
function openWatchedLab(t: TestContext, folder = ':memory:') {
  let nowMs = Date.UTC(2026, 10, 20, 14)
  const database = openLabDatabase(folder)
  t.after(() => database.close())
  const deadMan = makeDeadManStore(database)
  const inbox = makeInboxStore(database, 100)
  const events = makeLabEvents(buildMetrics(), buildLog({ service: 'lab', level: 'silent' }))
  const storeUrl = 'http://localhost:18080'
  const keeper = { take: inbox.add }
  const watch = { deadMan, keeper, events, now: () => nowMs, inOneTransaction: makeTransaction(database), storeUrl }
  let round = makeDeadManRound(watch)
  const pass = (seconds: number, beating: boolean) => {
    for (let passed = 5; passed <= seconds; passed += 5) {
      nowMs += 5_000
      if (beating && passed % beatSeconds === 0) deadMan.beat(nowMs)
      round()
    }
  }
  return {
    pass,
    sleep(seconds: number) {
      nowMs += seconds * 1000
    },
    restart() {
      round = makeDeadManRound(watch)
    },
    entries: () => inbox.list({ limit: 100 }),
    told: () => inbox.list({ limit: 100 }).map(({ alertname, status }) => `${alertname} ${status}`),
  }
}

test('a switch that falls silent is in the inbox once, and once more when it beats again', t => {
  const lab = openWatchedLab(t)
  lab.pass(300, true)

  lab.pass(60, false)
  const before = lab.told()
  lab.pass(600, false)
  const during = lab.told()
  lab.pass(300, true)

  assert.deepEqual(before, [])
  assert.deepEqual(during, ['DeadManSwitchMissed firing'])
  assert.deepEqual(lab.told(), ['DeadManSwitchMissed firing', 'DeadManSwitchMissed resolved'])
  const [firing, resolved] = lab.entries()
  assert.equal(firing?.labels.severity, 'critical')
  assert.equal(firing?.annotations.runbook_url, 'http://localhost:18080/runbooks/DeadManSwitchMissed')
  assert.equal(firing?.endsAt, null)
  assert.equal(resolved?.startsAt, firing?.startsAt)
  assert.equal(resolved?.fingerprint, firing?.fingerprint)
  assert.ok(Date.parse(resolved?.endsAt ?? '') > Date.parse(resolved?.startsAt ?? ''))
})

test('a second silence is told again', t => {
  const lab = openWatchedLab(t)
  lab.pass(300, true)

  for (const beating of [false, true, false, true]) lab.pass(200, beating)

  assert.deepEqual(
    lab.entries().map(({ status }) => status),
    ['firing', 'resolved', 'firing', 'resolved'],
  )
})

test('a switch that was never heard is nobody’s outage', t => {
  const lab = openWatchedLab(t)

  lab.pass(3600, false)

  assert.deepEqual(lab.told(), [])
})

test('a restart during the silence tells nothing twice, and does not forget the end', t => {
  const lab = openWatchedLab(t)
  lab.pass(300, true)
  lab.pass(120, false)

  lab.restart()
  lab.pass(300, false)
  const during = lab.told()
  lab.pass(60, true)
  lab.restart()
  lab.pass(60, true)

  assert.deepEqual(during, ['DeadManSwitchMissed firing'])
  assert.deepEqual(lab.told(), ['DeadManSwitchMissed firing', 'DeadManSwitchMissed resolved'])
})

test('after a pause of the stack, or a sleep of the machine, the others get the time to beat first', t => {
  const lab = openWatchedLab(t)
  lab.pass(300, true)

  lab.sleep(8 * 3600)
  lab.restart()
  lab.pass(100, false)
  lab.pass(100, true)
  lab.sleep(8 * 3600)
  lab.pass(50, false)
  lab.pass(100, true)

  assert.deepEqual(lab.told(), [])
})

test('after a pause from which nobody else came back it is told', t => {
  const lab = openWatchedLab(t)
  lab.pass(300, true)

  lab.sleep(8 * 3600)
  lab.restart()
  lab.pass(130, false)

  assert.deepEqual(lab.told(), ['DeadManSwitchMissed firing'])
})

test('the memory of an older lab is taken over', t => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const old = openLabDatabase(folder, 1)
  old.exec(`UPDATE dead_man SET last_beat_at_ms = 1, beats = 7;
    INSERT INTO faults VALUES ('one', 'payments-failing', 'payments', 'http-server', 'error', 0.5, NULL, NULL, NULL, 'why', 1, 9,
      NULL, NULL)`)
  old.close()

  const database = openLabDatabase(folder)
  t.after(() => database.close())

  assert.equal(makeDeadManStore(database).get(1).beats, 7)
  assert.equal(makeDeadManStore(database).findSilence(), undefined)
  assert.equal(makeFaultStore(database, 100).listActive(5)[0]?.scenario, 'payments-failing')
})

test("what Alertmanager tells late of the lab's own silence is no second entry", async t => {
  const { app, deps, pass } = buildTestLab(t)
  const post = (status: 'firing' | 'resolved', startedAtMs: number) => {
    const body = delivery(status, 'DeadManSwitchMissed')
    const alerts = body.alerts.map(alert => ({ ...alert, startsAt: new Date(startedAtMs).toISOString() }))
    return app.inject({ method: 'POST', url: '/hooks/alerts', body: { ...body, alerts } })
  }
  const toldAtMs = deps.now()
  deps.deadMan.beginSilence(toldAtMs)
  pass(120)
  deps.deadMan.endSilence(deps.now())

  const answers = [await post('firing', toldAtMs + 50_000), await post('resolved', toldAtMs + 50_000)]
  const ofTheSame = (await app.inject('/lab/inbox')).json().entries
  pass(3600)
  await post('firing', deps.now())

  assert.deepEqual(
    answers.map(answer => answer.statusCode),
    [204, 204],
  )
  assert.deepEqual(ofTheSame, [])
  assert.equal((await app.inject('/lab/inbox')).json().entries.length, 1)
})

test('a fingerprint is the one that Alertmanager makes', () => {
  assert.equal(toFingerprint({}), 'cbf29ce484222325')
  assert.notEqual(toFingerprint({ a: 'bc' }), toFingerprint({ ab: 'c' }))
  assert.equal(toFingerprint({ b: '2', a: '1' }), toFingerprint({ a: '1', b: '2' }))
})
