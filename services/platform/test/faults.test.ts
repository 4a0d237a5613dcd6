import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { context, trace } from '@opentelemetry/api'
import type { Fault } from '@techmart/contracts/faults'
import { FaultError, type FollowFaultsOptions, followFaults } from '@techmart/platform/faults'
import { journeyContext } from '@techmart/platform/journey'
import { collectSpans, eventually, fakeLog } from '@techmart/platform/testing'

const charges = { target: 'POST /charges' }

function buildFault(fields: Partial<Fault> = {}): Fault {
  const now = Date.now()
  return {
    id: '11111111-1111-4111-8111-111111111111',
    scenario: 'payments-failing',
    service: 'payments',
    point: 'http-server',
    kind: 'error',
    ratio: 1,
    reason: 'a test',
    startsAt: new Date(now - 1_000).toISOString(),
    endsAt: new Date(now + 60_000).toISOString(),
    ...fields,
  }
}

/** A lab that serves the list, and can be ended. */
async function startLab(t: TestContext, faults: Fault[]) {
  const lab = {
    faults,
    reads: 0,
    url: '',
    end: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  const server = createServer((_request, response) => {
    lab.reads++
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ faults: lab.faults }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  lab.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.after(lab.end)
  return lab
}

/** Follows the lab and waits until its list has been read. */
async function follow(t: TestContext, list: Fault[], options: Partial<FollowFaultsOptions> = {}) {
  const lab = await startLab(t, list)
  const faults = followFaults({ service: 'payments', labUrl: lab.url, log: fakeLog(), pollMs: 10, ...options })
  t.after(() => faults[Symbol.asyncDispose]())
  await eventually(() => assert.ok(lab.reads >= 2), { withinMs: 10_000 })
  return { lab, faults }
}

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

test('a fault that is scoped to a journey leaves the others alone', async t => {
  collectSpans(t)
  const { faults } = await follow(t, [buildFault({ journey: 'checkout' })])

  await context.with(journeyContext('order-lookup'), () => faults.strike('http-server', charges))
  await assert.rejects(
    context.with(journeyContext('checkout'), () => faults.strike('http-server', charges)),
    FaultError,
  )
})

test('latency delays and does not fail', async t => {
  const { faults } = await follow(t, [buildFault({ kind: 'latency', latencyMs: 60 })])
  const startedAt = performance.now()

  await faults.strike('http-server', charges)

  assert.ok(performance.now() - startedAt >= 58)
})

test('a hang ends when the caller gives up', { timeout: 5_000 }, async t => {
  const { faults } = await follow(t, [buildFault({ kind: 'hang' })])

  await assert.rejects(faults.strike('http-server', { ...charges, signal: AbortSignal.timeout(30) }), FaultError)
  await assert.rejects(faults.strike('http-server', { ...charges, limitMs: 30 }), FaultError)
})

test('a fault ends by itself though the lab is gone', { timeout: 5_000 }, async t => {
  const { lab, faults } = await follow(t, [buildFault({ endsAt: new Date(Date.now() + 400).toISOString() })])
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
