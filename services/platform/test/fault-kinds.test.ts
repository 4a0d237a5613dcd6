// What each kind of fault does to one call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, trace } from '@opentelemetry/api'
import { RPCType, setRPCMetadata } from '@opentelemetry/core'
import { FaultError, PoisonError } from '@techmart/platform/faults'
import { isPostgresOutage } from '@techmart/platform/postgres-errors'
import { UpstreamError } from '@techmart/platform/refusals'
import { collectSpans } from '@techmart/platform/testing'
import { buildFault, follow, inMs } from './fault-lab.ts'

const charges = { target: 'POST /charges' }

async function timeOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

test('latency delays and does not fail', async t => {
  const { faults } = await follow(t, [buildFault({ kind: 'latency', latencyMs: 60 })])
  const ms = await timeOf(() => faults.strike('http-server', charges))

  assert.ok(ms >= 58, `${ms} ms`)
})

test('a tail is the share of calls that take much longer', async t => {
  const tail = { share: 0.1, latencyMs: 150 }
  // Two numbers a call: whether it is struck, and whether it is of the tail.
  const chances = [0.2, 0.5, 0.2, 0.09, 0.9]
  const fault = buildFault({ kind: 'latency', ratio: 0.8, latencyMs: 20, tail })
  const { faults } = await follow(t, [fault], { random: () => chances.shift() ?? 1 })

  const slow = await timeOf(() => faults.strike('http-server', charges))
  const slowest = await timeOf(() => faults.strike('http-server', charges))
  const spared = await timeOf(() => faults.strike('http-server', charges))

  assert.ok(slow >= 18 && slow < 148, `${slow} ms`)
  assert.ok(slowest >= 148, `${slowest} ms`)
  assert.ok(spared < 18, `${spared} ms`)
})

test('a hang ends when the caller gives up', { timeout: 5_000 }, async t => {
  const { faults } = await follow(t, [buildFault({ kind: 'hang' })])

  await assert.rejects(faults.strike('http-server', { ...charges, signal: AbortSignal.timeout(30) }), FaultError)
  await assert.rejects(faults.strike('http-server', { ...charges, limitMs: 30 }), FaultError)
})

test('a hang is a time-out, and ends with its fault', { timeout: 5_000 }, async t => {
  const { faults } = await follow(t, [buildFault({ kind: 'hang', endsAt: inMs(300) })])

  await assert.rejects(faults.strike('http-server', charges), { kind: 'timeout', status: 504 })

  await faults.strike('http-server', charges)
})

for (const point of ['http-server', 'http-client', 'database', 'consumer'] as const) {
  test(`a hang at ${point} ends when its fault is stopped, long before its time`, { timeout: 10_000 }, async t => {
    const { lab, faults } = await follow(t, [buildFault({ point, kind: 'hang' })])
    const hanging = assert.rejects(faults.strike(point, charges), { kind: 'timeout', status: 504 })

    lab.faults = []

    await hanging
    await faults.strike(point, charges)
  })

  test(`a delay at ${point} ends when its fault is stopped, and the call goes on`, { timeout: 10_000 }, async t => {
    const { lab, faults } = await follow(t, [buildFault({ point, kind: 'latency', latencyMs: 30_000 })])
    const delayed = faults.strike(point, charges)

    lab.faults = []

    await delayed
  })
}

test('a call that waited in one fault is spared another that was stopped meanwhile', { timeout: 10_000 }, async t => {
  const { lab, faults } = await follow(t, [
    buildFault({ kind: 'latency', latencyMs: 30_000 }),
    buildFault({ kind: 'hang' }),
    buildFault({ kind: 'error' }),
  ])
  const delayed = faults.strike('http-server', charges)

  lab.faults = []

  await delayed
})

test('thousands of struck calls wait without piling up listeners, and wake together', { timeout: 20_000 }, async t => {
  const warnings: Error[] = []
  const note = (warning: Error): void => void warnings.push(warning)
  process.on('warning', note)
  t.after(() => process.off('warning', note))
  const { lab, faults } = await follow(t, [buildFault({ kind: 'hang' })])
  const hanging = Array.from({ length: 3_000 }, () =>
    faults.strike('http-server', charges).then(
      () => 'went on',
      () => 'failed',
    ),
  )

  lab.faults = []

  assert.deepEqual([...new Set(await Promise.all(hanging))], ['failed'])
  assert.deepEqual(warnings, [])
})

test('a refused connection did nothing, a failed answer may have done it', async t => {
  const { faults } = await follow(t, [
    buildFault({ point: 'http-client', target: 'payment-provider', kind: 'refuse' }),
    buildFault({ point: 'http-client', target: 'carrier', kind: 'error' }),
  ])

  await assert.rejects(faults.strike('http-client', { target: 'payment-provider' }), {
    kind: 'refused',
    dependency: 'payment-provider',
  })
  await assert.rejects(faults.strike('http-client', { target: 'carrier' }), {
    kind: 'bad-answer',
    dependency: 'carrier',
  })
})

test('a failing statement is an outage of the database', async t => {
  const { faults } = await follow(t, [buildFault({ point: 'database', target: 'find order' })])

  await faults.strike('database', { target: 'list products' })
  const error = await faults.strike('database', { target: 'find order' }).catch((thrown: unknown) => thrown)

  assert.ok(isPostgresOutage(error))
})

test('poison spoils the same messages at every try, and no outage is to blame', async t => {
  const { faults } = await follow(t, [buildFault({ point: 'consumer', kind: 'poison', ratio: 0.3 })])
  const ids = Array.from({ length: 1_000 }, (_, offset) => `orders.placed.v1/2/${offset}`)
  const round = async () => {
    const spoilt: string[] = []
    for (const messageId of ids) {
      const error = await faults
        .strike('consumer', { target: 'orders.placed.v1', messageId })
        .catch((thrown: unknown) => thrown)
      if (error === undefined) continue
      assert.ok(error instanceof PoisonError && !(error instanceof UpstreamError))
      spoilt.push(messageId)
    }
    return spoilt
  }

  const first = await round()
  const second = await round()

  assert.ok(first.length > 250 && first.length < 350, `${first.length} of 1000`)
  assert.deepEqual(second, first)
})

test("a strike marks the active span and the request's own", async t => {
  const collected = collectSpans(t)
  const { faults } = await follow(t, [buildFault()])
  const tracer = trace.getTracer('test')
  const server = tracer.startSpan('POST /charges')
  const inner = tracer.startSpan('cuj.checkout')

  const request = setRPCMetadata(trace.setSpan(context.active(), inner), { type: RPCType.HTTP, span: server })
  await assert.rejects(
    context.with(request, () => faults.strike('http-server', charges)),
    FaultError,
  )
  inner.end()
  server.end()

  assert.equal(collected.get('POST /charges').attributes['chaos.fault'], 'payments-failing')
  assert.equal(collected.get('cuj.checkout').attributes['chaos.fault'], 'payments-failing')
})

test('a hidden fault names itself nowhere', async t => {
  const collected = collectSpans(t)
  const { faults } = await follow(t, [buildFault({ hidden: true, scenario: 'secret' })])

  const error = await trace.getTracer('test').startActiveSpan('handling', async span => {
    const thrown = await faults.strike('http-server', charges).catch((caught: unknown) => caught)
    span.end()
    return thrown
  })

  assert.ok(error instanceof FaultError)
  assert.doesNotMatch(`${error.name} ${error.message}`, /fault|secret|purpose/i)
  assert.equal('chaos.fault' in collected.get('handling').attributes, false)
})
