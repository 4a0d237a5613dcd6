// Marks that come late, with the time of what they tell: a dead gateway stands between who broke it and the lab.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startStory } from './incident-story.ts'

const unreachable = { alertname: 'GatewayUnreachable' }
const gatewayDead = { service: 'gateway', scenario: 'gateway-dead' }

/** The gateway dies, is noticed after 40 s, and is back after 60; nobody could tell the lab why. */
async function startDeadGateway(t: Parameters<typeof startStory>[0], hidden = false) {
  const story = startStory(t)
  const now = () => new Date(story.deps.now()).toISOString()
  const brokenAt = now()
  story.pass(40)
  await story.fire(unreachable)
  story.pass(20)
  const healedAt = now()
  return {
    ...story,
    now,
    markBroken: () => story.mark({ kind: 'broken', text: 'gateway is stopped', at: brokenAt, hidden, ...gatewayDead }),
    markHealed: () =>
      story.mark({ kind: 'healed', text: 'gateway is as it was', at: healedAt, hidden, ...gatewayDead }),
    markRecovered: (at: string) => story.mark({ kind: 'recovered', text: 'well again', scenario: 'gateway-dead', at }),
  }
}

test('a cause that is told after the alert is the cause of its incident, with its times', async t => {
  const story = await startDeadGateway(t)
  const [before] = await story.incidents()

  await story.markBroken()
  await story.markHealed()
  story.pass(15)
  await story.markRecovered(story.now())
  const [incident, ...others] = await story.incidents()

  assert.deepEqual(others, [])
  assert.equal(before?.cause, null)
  assert.ok((incident?.revision ?? 0) > (before?.revision ?? 0))
  assert.deepEqual(incident?.cause, {
    kind: 'broken',
    name: 'gateway-dead',
    startedAt: '2026-11-20T14:00:00.000Z',
    endedAt: '2026-11-20T14:01:00.000Z',
  })
  assert.deepEqual(
    [incident?.startedAt, incident?.detectSeconds, incident?.recoverSeconds, incident?.recoveredBy],
    ['2026-11-20T14:00:00.000Z', 40, 15, 'probe'],
  )
})

test('its time to detect is exported once', async t => {
  const story = await startDeadGateway(t)

  await story.markBroken()
  await story.markHealed()
  story.pass(60)

  assert.deepEqual(await story.readMetric('lab_incident_detect_seconds_count'), [
    'lab_incident_detect_seconds_count{severity="critical"} 1',
  ])
  assert.deepEqual(await story.readMetric('lab_incident_detect_seconds_sum'), [
    'lab_incident_detect_seconds_sum{severity="critical"} 40',
  ])
})

test('the next alert of that cause joins the incident', async t => {
  const story = await startDeadGateway(t)
  await story.markBroken()
  await story.markHealed()
  story.pass(120)

  await story.fire({ alertname: 'JourneyBurnsSteadily', severity: 'ticket', cuj_name: 'product-upload-job' })

  const incidents = await story.incidents()
  assert.deepEqual(
    incidents.map(({ alertCount }) => alertCount),
    [2],
  )
})

test('who is told all of it long after the end waits for the probe before going by the alerts', async t => {
  const story = await startDeadGateway(t)
  story.pass(20)
  const recoveredAt = story.now()
  await story.resolve(unreachable)
  story.pass(300)

  await story.markBroken()
  await story.markHealed()
  await story.markRecovered(recoveredAt)
  const [incident] = await story.incidents()

  assert.deepEqual(
    [incident?.detectSeconds, incident?.resolveSeconds, incident?.recoverSeconds, incident?.recoveredBy],
    [40, 40, 20, 'probe'],
  )
})

test('without a probe it goes by the alerts, and the seconds are exported once', async t => {
  const story = await startDeadGateway(t)
  story.pass(20)
  await story.resolve(unreachable)
  story.pass(300)

  await story.markBroken()
  await story.markHealed()
  story.pass(31)
  story.pass(31)
  const [incident] = await story.incidents()

  assert.deepEqual([incident?.recoverSeconds, incident?.recoveredBy], [20, 'alerts'])
  assert.deepEqual(await story.readMetric('lab_incident_recover_seconds_sum'), [
    'lab_incident_recover_seconds_sum{severity="critical",by="alerts"} 20',
  ])
})

test('what began after the alert was delivered did not set it off', async t => {
  const story = startStory(t)
  await story.fire(unreachable)
  story.pass(0.5)

  await story.breakIt()
  story.pass(5)

  assert.equal((await story.incidents())[0]?.cause, null)
})

test('a blind cause that is told late stays untold until the end', async t => {
  const story = await startDeadGateway(t, true)
  await story.markBroken()
  const [during] = await story.incidents()
  await story.markHealed()
  await story.resolve(unreachable)
  const [after] = await story.incidents()

  assert.equal(during?.cause, null)
  assert.equal(after?.cause?.name, 'gateway-dead')
})

test('two incidents that turn out to have one cause become one, the older', async t => {
  const story = await startDeadGateway(t)
  await story.resolve(unreachable)
  story.pass(60)
  await story.fire({ alertname: 'LagGrowing', severity: 'warning' })

  await story.markBroken()
  await story.markHealed()
  const [incident, ...others] = await story.incidents()
  const gone = await story.incident(2)

  assert.deepEqual(others, [])
  assert.deepEqual(
    [incident?.id, incident?.cause?.name, incident?.alertCount, incident?.severity, incident?.state],
    [1, 'gateway-dead', 2, 'critical', 'resolved'],
  )
  assert.deepEqual([incident?.detectSeconds, incident?.resolveSeconds], [40, 20])
  assert.deepEqual([gone.mergedInto, gone.state, gone.alertCount], [1, 'resolved', 0])
  assert.deepEqual(await story.readMetric('lab_incidents_open'), ['lab_incidents_open 0'])
  assert.deepEqual(await story.readMetric('lab_incident_detect_seconds_count'), [
    'lab_incident_detect_seconds_count{severity="critical"} 1',
  ])
})

test('who watches hears of an incident that has become a part of another one', async t => {
  const story = await startDeadGateway(t)
  await story.resolve(unreachable)
  story.pass(60)
  await story.fire({ alertname: 'KafkaDown' })
  const told: [number, number | undefined][] = []
  t.after(story.deps.feed.listen(({ id, mergedInto }) => told.push([id, mergedInto])))

  await story.markBroken()

  assert.deepEqual(told, [
    [1, undefined],
    [2, 1],
  ])
  assert.equal((await story.incidents())[0]?.state, 'open')
  assert.deepEqual(
    story.deps.incidents
      .listSince(0, 10)
      .map(({ id }) => id)
      .sort(),
    [1, 2],
  )
})
