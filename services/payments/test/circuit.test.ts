import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CircuitOpenError, makeCircuit } from '../src/circuit.ts'

class StrayError extends Error {}
const isTechnical = (error: Error) => error instanceof StrayError
const fail = async () => {
  throw new StrayError()
}

test('the circuit opens when tries fail technically, refuses without asking, and closes after a call that works', async t => {
  t.mock.timers.enable({ apis: ['Date'] })
  const states: string[] = []
  const circuit = makeCircuit({ openMs: 5_000, isTechnical, onChange: state => states.push(state) })
  for (let n = 0; n < 8; n++) await assert.rejects(circuit.run(fail))

  const refusingWhileOpen = circuit.isRefusing()
  await assert.rejects(
    circuit.run(async () => 'asked'),
    CircuitOpenError,
  )
  t.mock.timers.tick(5_001)
  const refusingLater = circuit.isRefusing()
  const answer = await circuit.run(async () => 'asked')

  assert.deepEqual([refusingWhileOpen, refusingLater], [true, false])
  assert.equal(answer, 'asked')
  assert.deepEqual(states, ['open', 'half-open', 'closed'])
})

test('declines and wrong questions never open the circuit', async () => {
  const states: string[] = []
  const circuit = makeCircuit({ openMs: 5_000, isTechnical, onChange: state => states.push(state) })

  for (let n = 0; n < 50; n++) {
    await circuit.run(async () => ({ outcome: 'declined' }))
    await assert.rejects(
      circuit.run(async () => {
        throw new TypeError()
      }),
    )
  }

  assert.deepEqual(states, [])
})

test('one failure in many calls does not open the circuit', async () => {
  const states: string[] = []
  const circuit = makeCircuit({ openMs: 5_000, isTechnical, onChange: state => states.push(state) })

  for (let n = 0; n < 100; n++) {
    await circuit.run(async () => 'charged')
    if (n % 50 === 49) await assert.rejects(circuit.run(fail))
  }

  assert.deepEqual(states, [])
})
