// Whom a fault strikes, and how a request's country and word come to where it strikes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, propagation } from '@opentelemetry/api'
import { markContext } from '@techmart/platform/fault-scope'
import { FaultError } from '@techmart/platform/faults'
import { journeyContext } from '@techmart/platform/journey'
import { collectSpans } from '@techmart/platform/testing'
import { buildFault, follow } from './fault-lab.ts'

const charges = { target: 'POST /charges' }
const canary = { name: 'x-chaos', value: 'canary' } as const

test('a fault that is scoped to a journey leaves the others alone', async t => {
  collectSpans(t)
  const { faults } = await follow(t, [buildFault({ journey: 'checkout' })])

  await context.with(journeyContext('order-lookup'), () => faults.strike('http-server', charges))
  await assert.rejects(
    context.with(journeyContext('checkout'), () => faults.strike('http-server', charges)),
    FaultError,
  )
})

test('a fault that is scoped to a country strikes calls that name it', async t => {
  collectSpans(t)
  const { faults } = await follow(t, [buildFault({ country: 'DE' })])

  await faults.strike('http-server', charges)
  await faults.strike('http-server', { ...charges, country: 'FR' })
  await assert.rejects(faults.strike('http-server', { ...charges, country: 'DE' }), FaultError)
})

test('country and word of a request go where it goes, into a journey and across services', async t => {
  collectSpans(t)
  const { faults } = await follow(t, [
    buildFault({ country: 'BR' }),
    buildFault({ target: 'POST /refunds', header: canary }),
  ])
  const inJourney = journeyContext('checkout', markContext({ country: 'BR', word: 'canary' }))
  const headers = {}

  propagation.inject(inJourney, headers)
  const elsewhere = propagation.extract(context.active(), headers)

  for (const target of ['POST /charges', 'POST /refunds']) {
    await assert.rejects(
      context.with(elsewhere, () => faults.strike('http-server', { target })),
      FaultError,
    )
  }
})

test('a word that is none, and a country where nobody is shipped to, are no marks', () => {
  for (const marks of [{ word: 'CANARY; x=1', country: 'XX' }, { word: ['canary'], country: 7 }, {}]) {
    assert.deepEqual(propagation.getBaggage(markContext(marks))?.getAllEntries(), [])
  }
})

test('what machines ask is struck only where a fault names it', async t => {
  const { faults } = await follow(t, [buildFault(), buildFault({ target: 'GET /metrics' })])

  await faults.strike('http-server', { target: 'GET /health', isForMachines: true })
  await assert.rejects(faults.strike('http-server', { target: 'GET /metrics', isForMachines: true }), FaultError)
})

test('requests carry marks only while some fault, of whatever service, asks for them', async t => {
  const { faults: unmarked } = await follow(t, [buildFault()])
  const { faults: marked } = await follow(t, [buildFault({ service: 'inventory', country: 'JP' })])

  assert.deepEqual([unmarked.areScoped(), unmarked.areActive()], [false, true])
  assert.deepEqual([marked.areScoped(), marked.areActive()], [true, false])
})
