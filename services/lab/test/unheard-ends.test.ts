// Alerts whose end is never delivered: Alertmanager was away when they ended, or something muted them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadManAlertname } from '../src/dead-man-alert.ts'
import { checkout, startStory } from './incident-story.ts'

const day = 86_400

test('an alert that begins anew, its end unheard, is a new incident with its own time to detect', async t => {
  const story = startStory(t)
  await story.breakIt()
  story.pass(55)
  await story.fire(checkout)
  await story.heal()
  story.endUnheard(checkout)
  story.pass(day)
  await story.breakIt({ scenario: 'payments-slow' })
  story.pass(40)

  await story.fire(checkout)
  const [second, first, ...others] = await story.incidents()

  assert.deepEqual(others, [])
  assert.deepEqual(
    [first?.state, first?.resolvedAt, first?.resolvedBy, first?.resolveSeconds],
    ['resolved', '2026-11-21T14:01:35.000Z', 'new-start', null],
  )
  assert.deepEqual([second?.state, second?.cause?.name, second?.detectSeconds], ['open', 'payments-slow', 40])
  assert.deepEqual(await story.readMetric('lab_incidents_open'), ['lab_incidents_open 1'])
})

test('an end that nobody delivered is no time to resolve, nor to recover', async t => {
  const story = startStory(t)
  await story.breakIt()
  story.pass(55)
  await story.fire(checkout)
  await story.heal()
  story.endUnheard(checkout)
  story.pass(day)

  await story.fire(checkout)
  story.pass(300)
  await story.resolve(checkout)
  story.pass(60)

  const [, first] = await story.incidents()
  assert.deepEqual([first?.recoveredAt, first?.recoverSeconds], [null, null])
  const { alerts, timeline } = await story.incident(first?.id ?? 0)
  assert.deepEqual(
    alerts.map(({ endsAt, endDeliveredAt, endKnownBy }) => [endsAt, endDeliveredAt, endKnownBy]),
    [['2026-11-21T14:00:55.000Z', null, 'new-start']],
  )
  assert.match(timeline.find(({ kind }) => kind === 'alert-resolved')?.text ?? '', /at the latest/)
  assert.deepEqual(await story.readMetric('lab_incident_resolve_seconds_sum'), [
    'lab_incident_resolve_seconds_sum{severity="critical"} 300',
  ])
  assert.deepEqual(await story.readMetric('lab_incident_recover_seconds_sum'), [])
})

test('the same alert told again is nothing new', async t => {
  const story = startStory(t)
  await story.fire(checkout)
  story.pass(3_600)

  await story.fire(checkout)

  const incidents = await story.incidents()
  assert.deepEqual(
    incidents.map(({ state, alertCount }) => [state, alertCount]),
    [['open', 1]],
  )
})

test('an alert that begins anew within its cause stays in its incident', async t => {
  const story = startStory(t)
  await story.breakIt()
  story.pass(55)
  await story.fire(checkout)
  story.endUnheard(checkout)
  story.pass(60)

  await story.fire(checkout)

  const incidents = await story.incidents()
  assert.deepEqual(
    incidents.map(({ state, alertCount, resolvedBy }) => [state, alertCount, resolvedBy]),
    [['open', 2, null]],
  )
})

test('the end of a later beginning, which was missed itself, is not the end of the former one', async t => {
  const story = startStory(t)
  await story.fire(checkout)
  story.endUnheard(checkout)
  story.pass(day)

  await story.resolve(checkout)

  const [incident] = await story.incidents()
  assert.deepEqual([incident?.state, incident?.resolvedBy, incident?.resolveSeconds], ['resolved', 'new-start', null])
  assert.deepEqual(await story.readMetric('lab_incident_resolve_seconds_count'), [])
})

test('an alert that Alertmanager lists no more for three minutes has ended when it was first missed', async t => {
  const story = startStory(t)
  await story.fire(checkout)
  story.endUnheard(checkout)

  await story.lookFor(180)
  const [before] = await story.incidents()
  await story.lookFor(15)
  const [incident] = await story.incidents()

  assert.equal(before?.state, 'open')
  assert.deepEqual(
    [incident?.state, incident?.resolvedAt, incident?.resolvedBy, incident?.resolveSeconds, incident?.recoveredAt],
    ['resolved', '2026-11-20T14:00:15.000Z', 'absence', null, null],
  )
  assert.deepEqual(await story.readMetric('lab_incidents_open'), ['lab_incidents_open 0'])
  assert.deepEqual(await story.readMetric('lab_incident_resolve_seconds_count'), [])
})

test('an incident whose last end was delivered keeps its time to resolve', async t => {
  const story = startStory(t)
  const search = { cuj_name: 'product-search' }
  await story.fire(checkout)
  await story.fire(search)
  story.endUnheard(checkout)
  await story.lookFor(60)
  await story.resolve(search)

  await story.lookFor(180)

  const [incident] = await story.incidents()
  assert.deepEqual([incident?.state, incident?.resolvedBy, incident?.resolveSeconds], ['resolved', 'delivery', 60])
})

test('what Alertmanager lists goes on, however long', async t => {
  const story = startStory(t)
  await story.fire(checkout)

  await story.lookFor(1_800)

  assert.equal((await story.incidents())[0]?.state, 'open')
})

test('an Alertmanager that does not answer, or has not heard from Prometheus yet, proves nothing', async t => {
  const story = startStory(t)
  await story.fire(checkout)
  story.endUnheard(checkout)

  story.alertmanager.isAway = true
  await story.lookFor(600)
  story.alertmanager.isAway = false
  story.alertmanager.hearsPrometheus = false
  await story.lookFor(600)
  story.alertmanager.hearsPrometheus = true
  await story.lookFor(150)
  story.alertmanager.isAway = true
  await story.lookFor(15)
  story.alertmanager.isAway = false
  await story.lookFor(150)

  assert.equal((await story.incidents())[0]?.state, 'open')
})

test('two looks with a sleep of the machine between them are no absence of hours', async t => {
  const story = startStory(t)
  await story.fire(checkout)
  story.endUnheard(checkout)
  await story.lookFor(30)

  story.pass(8 * 3_600)
  await story.lookFor(15)

  assert.equal((await story.incidents())[0]?.state, 'open')
})

test('what the lab says by itself is not looked for at Alertmanager, and begins once', async t => {
  const story = startStory(t)
  const deadMan = { alertname: deadManAlertname }
  await story.fire(deadMan)
  story.endUnheard(deadMan)

  await story.lookFor(600)
  await story.fire(deadMan)

  const incidents = await story.incidents()
  assert.deepEqual(
    incidents.map(({ state, alertCount }) => [state, alertCount]),
    [['open', 1]],
  )
})
