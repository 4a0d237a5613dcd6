import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trace } from '@opentelemetry/api'
import { FaultError, followFaults } from '@techmart/platform/faults'
import { buildMetrics } from '@techmart/platform/metrics'
import { collectSpans, eventually, fakeLog, readMetric } from '@techmart/platform/testing'
import { buildFault, follow, inMs } from './fault-lab.ts'

const charges = { target: 'POST /charges' }

test('an error strikes the target of its service, and marks the active span', async t => {
  const collected = collectSpans(t)
  const { faults } = await follow(t, [buildFault({ target: 'POST /charges' })])

  await trace.getTracer('test').startActiveSpan('handling', async span => {
    await assert.rejects(faults.strike('http-server', charges), FaultError)
    span.end()
  })

  await faults.strike('http-server', { target: 'GET /charges/:orderId' })
  await faults.strike('http-client', charges)
  assert.equal(collected.get('handling').attributes['chaos.fault'], 'payments-failing')
})

test('a fault of another service strikes nobody here', async t => {
  const { faults } = await follow(t, [buildFault({ service: 'inventory' })])

  await faults.strike('http-server', charges)
})

test('a fault strikes the share of calls that its ratio says', async t => {
  const chances = [0.29, 0.31]
  const { faults } = await follow(t, [buildFault({ ratio: 0.3 })], { random: () => chances.shift() ?? 1 })

  await assert.rejects(faults.strike('http-server', charges), FaultError)
  await faults.strike('http-server', charges)
})

test('a fault ends by itself though the lab is gone', { timeout: 5_000 }, async t => {
  const { lab, faults } = await follow(t, [buildFault({ endsAt: inMs(400) })])
  await lab.end()

  await assert.rejects(faults.strike('http-server', charges), FaultError)

  await eventually(() => faults.strike('http-server', charges), { withinMs: 10_000 })
})

test('a fault that is taken off the list stops striking', async t => {
  const { lab, faults } = await follow(t, [buildFault()])
  await assert.rejects(faults.strike('http-server', charges), FaultError)

  lab.faults = []

  await eventually(() => faults.strike('http-server', charges), { withinMs: 10_000 })
})

test('a lab that is not there is told once, and no call suffers', async t => {
  const log = fakeLog()
  const faults = followFaults({ service: 'payments', labUrl: 'http://127.0.0.1:1', log, pollMs: 5 })
  t.after(() => faults[Symbol.asyncDispose]())
  await eventually(() => assert.equal(log.lines.length, 1), { withinMs: 10_000 })

  await faults.strike('http-server', charges)

  assert.equal(log.lines.length, 1)
})

test('a fault that begins later strikes from then on, though the lab is gone by then', { timeout: 10_000 }, async t => {
  const { lab, faults } = await follow(t, [buildFault({ startsAt: inMs(400) })])
  await lab.end()

  await faults.strike('http-server', charges)
  assert.equal(faults.areActive(), false)

  await eventually(() => assert.rejects(faults.strike('http-server', charges), FaultError), { withinMs: 10_000 })
})

test('a fault that this process does not know yet hides none of the others', async t => {
  const { faults } = await follow(t, [{ ...buildFault(), kind: 'turn-to-stone' }, buildFault()])

  await assert.rejects(faults.strike('http-server', charges), FaultError)
})

test('what is active is told at once, at each beginning and each end', { timeout: 10_000 }, async t => {
  const { lab, faults } = await follow(t, [buildFault({ scenario: 'first' })])
  const told: string[][] = []
  const watching = faults.watch(active => told.push(active.map(({ scenario }) => scenario)))

  lab.faults = [...lab.faults, buildFault({ scenario: 'second', startsAt: inMs(150), endsAt: inMs(400) })]
  await eventually(() => assert.equal(told.length, 3), { withinMs: 5_000 })
  watching[Symbol.dispose]()
  lab.faults = []
  await eventually(() => assert.equal(faults.areActive(), false), { withinMs: 5_000 })

  assert.deepEqual(told, [['first'], ['first', 'second'], ['first']])
})

test('the faults of a process are a metric that is there at zero', async t => {
  const metrics = buildMetrics()
  const peace = await readMetric(metrics, 'faults_active')
  const { lab } = await follow(t, [
    buildFault(),
    buildFault({ point: 'database' }),
    buildFault({ service: 'inventory', point: 'consumer' }),
    buildFault({ hidden: true }),
  ])
  const trouble = await readMetric(metrics, 'faults_active')

  lab.faults = []

  await eventually(async () => assert.deepEqual(await readMetric(metrics, 'faults_active'), peace), { withinMs: 5_000 })
  assert.deepEqual([...new Set(Object.values(peace))], [0])
  assert.deepEqual(trouble, { ...peace, 'point=http-server': 1, 'point=database': 1, 'point=hidden': 1 })
})
