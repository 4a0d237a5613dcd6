import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionRecord } from '../action-record.ts'
import { scenarios } from '../scenario-list.ts'
import { paymentsDead } from '../scenarios/payments-dead.ts'
import { paymentsFailing } from '../scenarios/payments-failing.ts'
import { readSettings, SettingsError } from '../settings.ts'
import { EventMeter } from '../sli.ts'
import { findTrouble } from '../steady-state.ts'
import { stopAll } from '../stop-all.ts'
import { FakeWorld } from './fake-world.ts'

/** A world whose answers to some queries are replaced: by a part of the query, the values by journey. */
function worldWhere(answers: Readonly<Record<string, Record<string, number>>>): FakeWorld {
  const world = new FakeWorld()
  const { query } = world.prometheus
  world.prometheus.query = async expression => {
    const known = Object.entries(answers).find(([part]) => expression.includes(part))
    if (!known) return query(expression)
    return Object.entries(known[1]).map(([cuj_name, value]) => ({ labels: { cuj_name }, value }))
  }
  return world
}

test('a shop that works is in its steady state', async () => {
  assert.deepEqual(await findTrouble(new FakeWorld(), paymentsFailing), [])
})

test('failures beyond the objective in the last 30 s are named with their journey', async () => {
  const world = worldWhere({ STATUS_CODE_ERROR: { checkout: 4 } })

  assert.deepEqual(await findTrouble(world, paymentsFailing), [
    'checkout: 4 of 60 failed in the last 30 s, more than its objective allows.',
  ])
})

test('without traffic nothing would show', async () => {
  const [sentence, ...others] = await findTrouble(worldWhere({ 'offset 30s': {} }), paymentsFailing)

  assert.match(sentence ?? '', /^No checkout was counted/)
  assert.deepEqual(others, [])
})

test('a page that is up, an active fault and a silent dead man each stop it, all named at once', async () => {
  const world = new FakeWorld()
  world.extraAlerts.push(
    { labels: { alertname: 'CollectorDown', severity: 'critical' }, state: 'pending', activeAtMs: 0 },
    { labels: { alertname: 'DiskFills', severity: 'ticket' }, state: 'firing', activeAtMs: 0 },
  )
  world.deadManAgeSeconds = 300
  await world.lab.startFault({
    scenario: 'search-slow',
    service: 'api',
    point: 'database',
    kind: 'error',
    ratio: 1,
    reason: 'x',
    durationSeconds: 100,
  })

  const trouble = await findTrouble(world, paymentsFailing)

  assert.equal(trouble.length, 3)
  assert.match(trouble.join('\n'), /search-slow.*CollectorDown is pending.*was heard 300 s ago/s)
})

test('parts that do not answer are trouble too', async () => {
  const world = new FakeWorld()
  world.labIsGone = true

  assert.deepEqual(await findTrouble(world, paymentsFailing), ['The lab does not answer.'])
})

test('counters that begin anew are not counted backwards', () => {
  const meter = new EventMeter()
  for (const [second, bad, total] of [
    [0, 100, 1000],
    [1, 102, 1010],
    [2, 3, 8],
    [3, 5, 18],
  ] as const) {
    meter.add(second * 1000, { bad, total })
  }

  assert.deepEqual(meter.since(0), { bad: 2 + 3 + 2, total: 10 + 8 + 10 })
  assert.deepEqual(meter.since(2000), { bad: 2, total: 10 })
})

test('all wrong settings are named at once', () => {
  assert.throws(
    () =>
      readSettings(
        ['--fast'],
        { SCENARIO: 'nope', DURATION: '0', SPEED: 'quick', STORE_URL: 'localhost:8080' },
        scenarios,
      ),
    (error: unknown) =>
      error instanceof SettingsError &&
      [
        "'--fast'",
        "SCENARIO is 'nope'; there are: payments-failing",
        "DURATION is '0'",
        "SPEED is 'quick'",
        'STORE_URL',
      ].every(part => error.message.includes(part)),
  )
})

test('addresses follow the ports that were chosen', () => {
  const settings = readSettings(['stop'], { STORE_PORT: '18080', PROMETHEUS_URL: 'http://prom:9090/' }, scenarios)

  assert.equal(settings.action, 'stop')
  assert.equal(settings.storeUrl, 'http://localhost:18080')
  assert.equal(settings.prometheusUrl, 'http://prom:9090')
  assert.equal(settings.scenario.name, 'payments-failing')
})

const kafkaStopped: ActionRecord = {
  id: 'c4f',
  scenario: 'kafka-stopped',
  actions: [{ kind: 'stop', service: 'kafka' }],
  isDone: true,
}

test('stop ends every fault and proves it', async () => {
  const world = new FakeWorld()
  const lines: string[] = []
  await world.lab.startFault({
    ...paymentsFailing.faults[0],
    scenario: 'payments-failing',
    reason: 'x',
    durationSeconds: 9,
  } as never)
  const marks = [1, 1, 0]
  world.prometheus.query = async () => (marks.shift() ? [{ labels: { scenario: 'payments-failing' }, value: 1 }] : [])

  const isOff = await stopAll({
    undoContainers: async () => kafkaStopped,
    lab: world.lab,
    prometheus: world.prometheus,
    tell: line => lines.push(line),
    pollMs: 1,
  })

  assert.equal(isOff, true)
  assert.deepEqual(await world.lab.listFaults(), [])
  assert.deepEqual(
    world.marks.map(({ kind, service, scenario }) => [kind, service, scenario]),
    [['healed', 'kafka', 'kafka-stopped']],
  )
  assert.match(
    lines.join('\n'),
    /Put right: kafka is stopped\.\nEnding payments-failing: error at payments, POST \/charges\n.*no active fault/s,
  )
})

test('stop says so when a mark stays', async () => {
  const world = new FakeWorld()
  world.prometheus.query = async () => [{ labels: { scenario: 'search-slow' }, value: 1 }]
  const lines: string[] = []

  const isOff = await stopAll({
    undoContainers: async () => undefined,
    lab: world.lab,
    prometheus: world.prometheus,
    tell: line => lines.push(line),
    limitMs: 5,
    pollMs: 1,
  })

  assert.equal(isOff, false)
  assert.match(lines.at(-1) ?? '', /still shows lab_fault_active for search-slow/)
})

test('containers that somebody left broken stop it, and say how to put them right', async () => {
  const world = new FakeWorld()
  const containers = { ...world.containers, findTrouble: async () => ['Broken already: kafka is stopped.'] }

  const trouble = await findTrouble(
    { ...world, lab: world.lab, prometheus: world.prometheus, containers },
    paymentsFailing,
  )

  assert.deepEqual(trouble, ['Broken already: kafka is stopped.'])
})

test('alerts beside the burn tiers are waited for while Prometheus holds them back after its start', async () => {
  const world = new FakeWorld()
  world.extraSamples.set('time() - max(process_start_time_seconds{job="prometheus"})', [{ labels: {}, value: 40 }])

  assert.deepEqual(await findTrouble(world, paymentsFailing), [])
  assert.deepEqual(await findTrouble(world, paymentsDead), [
    'Prometheus has just started: its alerts hold back for 85 s more.',
  ])
})
