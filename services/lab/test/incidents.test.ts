// What becomes an incident, what belongs to it, and how long things took.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkout, startStory } from './incident-story.ts'

test('an incident is told from its cause to its recovery, with its seconds', async t => {
  const story = startStory(t)
  await story.breakIt()
  story.pass(55)
  await story.fire(checkout)
  story.pass(20)
  await story.heal()
  story.pass(12)
  await story.mark({ kind: 'recovered', text: 'ten seconds without a bad request' })
  story.pass(288)
  await story.resolve(checkout)

  const [incident] = await story.incidents()

  assert.deepEqual(
    { ...incident, revision: 0 },
    {
      id: 1,
      revision: 0,
      state: 'resolved',
      title: 'checkout is in trouble',
      severity: 'critical',
      journeys: ['checkout'],
      alertCount: 1,
      cause: {
        kind: 'fault',
        name: 'payments-failing',
        startedAt: '2026-11-20T14:00:00.000Z',
        endedAt: '2026-11-20T14:01:15.000Z',
      },
      startedAt: '2026-11-20T14:00:00.000Z',
      detectedAt: '2026-11-20T14:00:55.000Z',
      resolvedAt: '2026-11-20T14:06:15.000Z',
      resolvedBy: 'delivery',
      healedAt: '2026-11-20T14:01:15.000Z',
      recoveredAt: '2026-11-20T14:01:27.000Z',
      recoveredBy: 'probe',
      detectSeconds: 55,
      resolveSeconds: 320,
      recoverSeconds: 12,
      mergedInto: null,
    },
  )
  const { timeline, alerts } = await story.incident(1)
  assert.deepEqual(
    timeline.map(({ offsetSeconds, kind }) => [offsetSeconds, kind]),
    [
      [0, 'fault-started'],
      [55, 'alert-fired'],
      [55, 'alert-delivered'],
      [55, 'detected'],
      [75, 'fault-ended'],
      [75, 'healed'],
      [87, 'mark'],
      [87, 'recovered'],
      [375, 'alert-resolved'],
      [375, 'resolved'],
    ],
  )
  assert.match(
    timeline[0]?.text ?? '',
    /payments-failing: error at payments \(http-server, POST \/charges, 50 %\). A rehearsal/,
  )
  assert.equal(alerts[0]?.endDeliveredAt, '2026-11-20T14:06:15.000Z')
})

test('its seconds are exported once each, by severity', async t => {
  const story = startStory(t)
  await story.breakIt()
  story.pass(55)
  await story.fire(checkout)
  await story.fire(checkout)
  const openThen = await story.readMetric('lab_incidents_open')
  await story.heal()
  story.pass(300)
  await story.resolve(checkout)
  story.pass(60)
  story.pass(60)

  const sums = async (what: string) => story.readMetric(`lab_incident_${what}_seconds_sum`)
  assert.deepEqual(openThen, ['lab_incidents_open 1'])
  assert.deepEqual(await story.readMetric('lab_incidents_open'), ['lab_incidents_open 0'])
  assert.deepEqual(await sums('detect'), ['lab_incident_detect_seconds_sum{severity="critical"} 55'])
  assert.deepEqual(await sums('resolve'), ['lab_incident_resolve_seconds_sum{severity="critical"} 300'])
  assert.deepEqual(await sums('recover'), ['lab_incident_recover_seconds_sum{severity="critical",by="alerts"} 300'])
})

test('all that one cause sets off is one incident', async t => {
  const story = startStory(t)
  await story.breakIt({ scenario: 'postgres-slow', service: 'api', point: 'database', target: 'find order' })
  await story.breakIt({ scenario: 'postgres-slow', service: 'users', point: 'database', target: 'find user' })
  story.pass(30)
  await story.fire(checkout)
  story.pass(10)
  await story.fire({ cuj_name: 'order-lookup' })
  await story.resolve(checkout)

  const [incident, ...others] = await story.incidents()

  assert.deepEqual(others, [])
  assert.deepEqual([incident?.state, incident?.journeys], ['open', ['checkout', 'order-lookup']])
})

test('two causes one after the other are two incidents, though the first still echoes', async t => {
  const story = startStory(t)
  const ticket = { ...checkout, alertname: 'JourneyBurnsSteadily', severity: 'ticket' }
  await story.breakIt()
  story.pass(50)
  await story.fire(checkout)
  await story.heal()
  story.pass(300)
  await story.resolve(checkout)
  // Muted by the page until now; it began to fire long before.
  await story.fire(ticket)
  await story.breakIt({ scenario: 'inventory-failing', service: 'inventory', target: 'POST /reservations' })
  story.pass(60)
  await story.fire({ cuj_name: 'product-discovery' })

  const [second, first, ...others] = await story.incidents()
  const { timeline } = await story.incident(second?.id ?? 0)

  assert.deepEqual(others, [])
  assert.deepEqual([first?.cause?.name, first?.state, first?.alertCount], ['payments-failing', 'resolved', 2])
  assert.deepEqual(
    [second?.cause?.name, second?.detectSeconds, second?.journeys],
    ['inventory-failing', 60, ['product-discovery']],
  )
  assert.doesNotMatch(timeline.map(({ text }) => text).join(), /payments-failing/)
})

test('a page after a ticket of the same cause is what counts as noticed', async t => {
  const story = startStory(t)
  await story.breakIt()
  story.pass(100)
  await story.fire({ ...checkout, alertname: 'JourneyBurnsSteadily', severity: 'ticket' })
  story.pass(100)
  await story.fire(checkout)
  story.pass(100)
  await story.resolve(checkout)

  const [incident] = await story.incidents()

  assert.deepEqual([incident?.severity, incident?.detectSeconds, incident?.state], ['critical', 200, 'resolved'])
})

test('an alert that comes back opens its incident again', async t => {
  const story = startStory(t)
  await story.breakIt()
  story.pass(50)
  await story.fire(checkout)
  await story.resolve(checkout)
  story.pass(20)

  await story.fire(checkout)

  const [incident, ...others] = await story.incidents()
  assert.deepEqual(others, [])
  assert.deepEqual([incident?.state, incident?.resolvedAt, incident?.alertCount], ['open', null, 2])
})

test('without a known cause an incident has no time to detect', async t => {
  const story = startStory(t)

  await story.fire({ alertname: 'KafkaDown' })
  story.pass(3)
  await story.fire({ alertname: 'LagGrowing', severity: 'warning' })
  story.pass(60)
  await story.resolve({ alertname: 'KafkaDown' })
  story.pass(31)

  const [incident, ...others] = await story.incidents()
  assert.deepEqual(others, [])
  assert.deepEqual(
    [
      incident?.cause,
      incident?.detectSeconds,
      incident?.resolveSeconds,
      incident?.recoveredBy,
      incident?.recoverSeconds,
    ],
    [null, null, 63, 'alerts', null],
  )
})

test('a blind exercise is told when it is over, and not before', async t => {
  const story = startStory(t)
  await story.breakIt({ scenario: 'secret-thing', hidden: true })
  await story.mark({ kind: 'note', text: 'secret note', hidden: true })
  story.pass(50)
  await story.fire(checkout)
  const urls = ['/lab/incidents', '/lab/incidents/1', '/lab/fault-records', '/lab/marks', '/metrics']
  const during = (await Promise.all(urls.map(url => story.app.inject(url)))).map(({ body }) => body).join('\n')
  await story.heal()
  await story.resolve(checkout)
  const after = await story.incident(1)

  assert.doesNotMatch(during, /secret/)
  assert.deepEqual([after.cause?.name, after.detectSeconds], ['secret-thing', 50])
  assert.match(after.timeline.map(({ text }) => text).join('\n'), /secret-thing/)
})

test('a webhook is an incident in the API within a second', async t => {
  const story = startStory(t)
  const startedAt = performance.now()

  await story.fire(checkout)
  const [incident] = await story.incidents()

  assert.equal(incident?.state, 'open')
  assert.ok(performance.now() - startedAt < 1_000)
})

test('an incident survives a restart in its middle', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const before = startStory(t, { folder })
  await before.breakIt()
  before.pass(50)
  await before.fire(checkout)
  await before.close()

  const after = startStory(t, { folder, startsAt: before.startsAt })
  after.pass(100)
  await after.resolve(checkout)

  const [incident, ...others] = await after.incidents()
  assert.deepEqual(others, [])
  assert.deepEqual([incident?.state, incident?.detectSeconds, incident?.resolveSeconds], ['resolved', 50, 50])
})

test('incidents are bounded, and their alerts go with them', async t => {
  const story = startStory(t)

  for (let n = 0; n < 15; n++) {
    await story.fire({ cuj_name: `journey-${n}` })
    await story.resolve({ cuj_name: `journey-${n}` })
    story.pass(3_600)
  }

  const incidents = await story.incidents()
  assert.equal(incidents.length, 10)
  assert.deepEqual(incidents.at(-1)?.journeys, ['journey-5'])
  assert.equal((await story.app.inject('/lab/incidents/3')).statusCode, 404)
  assert.deepEqual(story.deps.incidents.listAlerts(3), [])
})
