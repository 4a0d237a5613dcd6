import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Containers } from '../containers.ts'
import { type RunOptions, runScenario } from '../run-scenario.ts'
import { paymentsDead } from '../scenarios/payments-dead.ts'
import { paymentsFailing } from '../scenarios/payments-failing.ts'
import { FakeWorld, type WorldOptions } from './fake-world.ts'

interface Run {
  readonly world: FakeWorld
  readonly lines: string[]
  readonly stop: AbortController
  start(options?: Partial<RunOptions>): ReturnType<typeof runScenario>
}

function prepareRun(worldOptions: WorldOptions): Run {
  const stop = new AbortController()
  const world = new FakeWorld(worldOptions)
  const lines: string[] = []
  return {
    world,
    lines,
    stop,
    start: options =>
      runScenario({
        scenario: paymentsFailing,
        promises: paymentsFailing.mustFire.map(promise => ({ promise, limitSeconds: 100, deliveryLimitSeconds: 30 })),
        durationSeconds: 120,
        inherited: [],
        lab: world.lab,
        prometheus: world.prometheus,
        containers: world.containers,
        probe: world.probe,
        checkBooks: async () => [],
        tell: line => lines.push(line),
        traceUrl: traceId => `http://localhost:8080/lab/traces/${traceId}`,
        stop: stop.signal,
        waitResolved: true,
        resolveLimitSeconds: 480,
        pollMs: 0,
        now: world.now,
        ...options,
      }),
  }
}

const stepsOf = (timeline: readonly { step: string; seconds: number }[]) =>
  timeline.map(({ step, seconds }) => `${step} ${seconds}`)

test('the story is told from injected to resolved, and faults end as soon as the page has arrived', async () => {
  const { world, lines, start } = prepareRun({ fireAfterSeconds: 30, deliverAfterSeconds: 2, resolveAfterSeconds: 60 })

  const result = await start()

  assert.equal(result.outcome, 'held')
  assert.deepEqual(result.missed, [])
  assert.deepEqual(stepsOf(result.timeline), [
    'injected 0',
    'SLI turned 1',
    'example 1',
    'firing 30',
    'notified 32',
    'link 32',
    'healed 32',
    'recovered 42',
    'resolved 92',
  ])
  assert.match(
    lines[0] ?? '',
    /^ {4}0\.0 s {2}injected +payments: POST \/charges fails 50 times of 100, until 2026-11-20T14:02:00/,
  )
  assert.ok(lines.some(line => line.includes('http://localhost:8080/runbooks/JourneyBurnsFast')))
  assert.deepEqual(await world.lab.listFaults(), [])
})

test('each fault carries its own end, in case nobody is there to end it', async () => {
  const { world, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 5 })

  await start({ durationSeconds: 77 })

  assert.deepEqual(
    world.started.map(({ scenario, durationSeconds, ratio }) => ({ scenario, durationSeconds, ratio })),
    [{ scenario: 'payments-failing', durationSeconds: 77, ratio: 0.5 }],
  )
})

test('the budget spent is told in minutes of the period', async () => {
  const { start } = prepareRun({ fireAfterSeconds: 60, deliverAfterSeconds: 0, resolveAfterSeconds: 60 })

  const { spent } = await start()

  // Half of all requests were bad for one of two minutes, of 43.2 that 99.9 % leave in 30 days.
  assert.ok(spent)
  assert.ok(Math.abs(spent.minutes - 0.5) < 0.02, `${spent.minutes} minutes`)
  assert.equal(Number(spent.ofMinutes.toFixed(1)), 43.2)
})

test('a scenario whose alert stays silent ends at its duration and breaks its promise', async () => {
  const { world, start } = prepareRun({})

  const result = await start({ durationSeconds: 60 })

  assert.equal(result.outcome, 'broken')
  assert.deepEqual(result.missed, ['JourneyBurnsFast of checkout (availability) did not fire.'])
  assert.ok(stepsOf(result.timeline).includes('healed 60'))
  assert.equal(world.stopped.length, 1)
})

test('an alert that fires and is not delivered breaks the promise', async () => {
  const { start } = prepareRun({ fireAfterSeconds: 10 })

  const promises = paymentsFailing.mustFire.map(promise => ({ promise, limitSeconds: 30, deliveryLimitSeconds: 5 }))
  const result = await start({ durationSeconds: 30, promises })

  assert.deepEqual(result.missed, [
    'JourneyBurnsFast of checkout (availability) fired, and was not delivered to the inbox.',
  ])
})

test('an alert that is never resolved breaks the promise, unless nobody waits for that', async () => {
  const never = { fireAfterSeconds: 10, deliverAfterSeconds: 1 }

  const waited = await prepareRun(never).start({ resolveLimitSeconds: 100 })
  const notWaited = await prepareRun(never).start({ waitResolved: false })

  assert.deepEqual(waited.missed, ['JourneyBurnsFast of checkout (availability) was not resolved.'])
  assert.equal(notWaited.outcome, 'held')
})

test('Ctrl-C ends the faults at once', async () => {
  const stop = new AbortController()
  const { world, lines, start } = prepareRun({
    fireAfterSeconds: 30,
    onSecond: second => {
      if (second === 7) stop.abort()
    },
  })

  const result = await start({ stop: stop.signal })

  assert.equal(result.outcome, 'interrupted')
  assert.equal(world.stopped.length, 1)
  assert.deepEqual(await world.lab.listFaults(), [])
  assert.match(lines.at(-1) ?? '', /^ {4}7\.0 s {2}undone/)
})

test('when the lab is gone at the end, it is told when the faults end by themselves', async () => {
  const stop = new AbortController()
  const { world, lines, start } = prepareRun({
    onSecond: second => {
      if (second === 5) {
        world.labIsGone = true
        stop.abort()
      }
    },
  })

  const result = await start({ stop: stop.signal })

  assert.equal(result.outcome, 'interrupted')
  assert.match(lines.at(-1) ?? '', /ends by itself, the last at 2026-11-20T14:02:00\.000Z/)
})

test('a Prometheus that does not answer for a while does not end the run', async () => {
  const { world, start } = prepareRun({ fireAfterSeconds: 20, deliverAfterSeconds: 1, resolveAfterSeconds: 20 })
  let refusals = 0
  const prometheus = {
    ...world.prometheus,
    listAlerts: async () => {
      const alerts = await world.prometheus.listAlerts()
      if (world.second < 5 || world.second > 9) return alerts
      refusals += 1
      throw new Error('Prometheus does not answer at http://localhost:9090: ECONNREFUSED')
    },
  }

  const result = await start({ prometheus })

  assert.equal(refusals, 5)
  assert.equal(result.outcome, 'held')
  assert.equal(result.timeline.filter(({ step }) => step === 'trouble').length, 1)
})

test('an alert of another journey is extra: it is named, and the promise is broken', async () => {
  const company = { alertname: 'JourneyBurnsFast', cuj_name: 'order-lookup', slo: 'availability', severity: 'critical' }
  const { lines, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 5, company })

  const result = await start()

  assert.equal(result.outcome, 'broken')
  assert.deepEqual(result.extra, ['JourneyBurnsFast of order-lookup (availability), critical: nobody promised it'])
  assert.ok(lines.some(line => /extra +JourneyBurnsFast of order-lookup \(availability\), critical/.test(line)))
})

test('the warning of a promised page follows from arithmetic and is no surprise', async () => {
  const company = { alertname: 'JourneyBurnsSlowly', cuj_name: 'checkout', slo: 'availability', severity: 'warning' }
  const { lines, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 5, company })

  const result = await start()

  assert.equal(result.outcome, 'held')
  assert.ok(lines.some(line => /also +JourneyBurnsSlowly of checkout/.test(line)))
})

test('an alert that fires in the end, but too late, breaks the promise', async () => {
  const { start } = prepareRun({ fireAfterSeconds: 110, deliverAfterSeconds: 1, resolveAfterSeconds: 5 })

  const result = await start()

  assert.deepEqual(result.missed, [
    'JourneyBurnsFast of checkout (availability) fired after 110 s; 100 s are promised.',
  ])
})

test('a container is broken, and put back when the alert has arrived', async () => {
  const { world, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 5 })
  const scenario = { ...paymentsDead, mustFire: paymentsFailing.mustFire }

  const result = await start({ scenario })

  assert.equal(result.outcome, 'held')
  assert.deepEqual(world.undone, [{ kind: 'stop', service: 'payments' }])
  assert.equal(result.detectSeconds, 6)
  assert.deepEqual(world.marks.map(({ kind, service }) => [kind, service]).slice(0, 2), [
    ['broken', 'payments'],
    ['healed', 'payments'],
  ])
})

test('what somebody else has put right before is not marked twice', async () => {
  const { world, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 5 })
  const undo: Containers['undo'] = async () => {
    await world.containers.undo()
    return []
  }

  await start({
    scenario: { ...paymentsDead, mustFire: paymentsFailing.mustFire },
    containers: { ...world.containers, undo },
  })

  assert.ok(world.marks.every(({ kind }) => kind !== 'healed'))
})

test('an alert that is over before its container is called healthy took no time to resolve', async () => {
  const { world, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 2 })
  const undo: Containers['undo'] = async () => {
    const undone = await world.containers.undo()
    for (let second = 0; second < 5; second++) await world.prometheus.listAlerts()
    return undone
  }

  const result = await start({
    scenario: { ...paymentsDead, mustFire: paymentsFailing.mustFire },
    containers: { ...world.containers, undo },
  })

  assert.equal(result.outcome, 'held')
  assert.equal(result.resolveSeconds, 0)
})

test('Ctrl-C puts a stopped container back', async () => {
  const stop = new AbortController()
  const { world, start } = prepareRun({
    onSecond: second => {
      if (second === 3) stop.abort()
    },
  })

  const result = await start({ scenario: paymentsDead, stop: stop.signal })

  assert.equal(result.outcome, 'interrupted')
  assert.deepEqual(world.undone, [{ kind: 'stop', service: 'payments' }])
})

test('it holds as long as the scenario wants, though everybody knows already', async () => {
  const { start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 5 })

  const result = await start({ scenario: { ...paymentsFailing, holdSeconds: 40 } })

  assert.ok(stepsOf(result.timeline).includes('healed 40'), stepsOf(result.timeline).join(', '))
})

test('requests that fail ten seconds after healing break the promise, and the time of their recovery is told', async () => {
  const { world, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 30 })
  world.probeResults = [{ asked: 50, failed: 3, slow: 0, example: 'checkout answered 503' }]

  const result = await start()

  assert.deepEqual(result.missed, [
    '10 s after healing, 3 of 50 of our own requests failed and 0 were slow (checkout answered 503).',
  ])
  assert.notEqual(result.recoverSeconds, undefined)
})

test('what is left afterwards breaks the promise: messages that wait, books that do not balance', async () => {
  const { world, start } = prepareRun({ fireAfterSeconds: 5, deliverAfterSeconds: 1, resolveAfterSeconds: 5 })
  const lag = { labels: { topic: 'orders.placed.v1', group: 'notifications' }, value: 31 }
  world.extraSamples.set('max by (topic, group) (kafka_consumer_lag) > 20', [lag])

  const result = await start({
    checkBooks: async () => ['2 confirmed orders are not charged, such as 17.'],
    afterLimitSeconds: 0,
  })

  assert.deepEqual(result.missed, [
    '31 messages of orders.placed.v1 still wait for notifications in Kafka.',
    '2 confirmed orders are not charged, such as 17.',
  ])
})
