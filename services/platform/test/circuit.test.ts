import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CircuitOpenError, makeCircuit } from '@techmart/platform/circuit'
import { buildMetrics } from '@techmart/platform/metrics'
import { fakeLog, readMetric } from '@techmart/platform/testing'

class StrayError extends Error {}
const isFailure = (error: Error) => error instanceof StrayError
const fail = async () => {
  throw new StrayError()
}
const answer = async () => 'asked'

function openCircuit() {
  const metrics = buildMetrics()
  const log = fakeLog()
  const circuit = makeCircuit({
    dependency: 'payments',
    openMs: 5_000,
    metrics,
    log,
    isFailure,
    isFailedAnswer: value => value === 'failed',
  })
  return {
    circuit,
    /** Every change so far, as the log has it. */
    states: () => log.lines.map(line => line.state),
    shown: async () => (await readMetric(metrics, 'circuit_breaker_state'))['dependency=payments'],
  }
}

test('the circuit opens when calls fail, refuses without asking, and closes after a call that works', async t => {
  t.mock.timers.enable({ apis: ['Date'] })
  const { circuit, states } = openCircuit()
  for (let n = 0; n < 5; n++) await assert.rejects(circuit.run(fail), StrayError)

  const refusingWhileOpen = circuit.isRefusing()
  let asked = 0
  await assert.rejects(
    circuit.run(async () => asked++),
    CircuitOpenError,
  )
  t.mock.timers.tick(5_001)
  const refusingLater = circuit.isRefusing()
  const answered = await circuit.run(answer)

  assert.deepEqual([refusingWhileOpen, refusingLater], [true, false])
  assert.deepEqual([asked, answered], [0, 'asked'])
  assert.deepEqual(states(), ['open', 'half-open', 'closed'])
})

test('ten failures in a row open it, however much went well just before', async () => {
  const { circuit, states } = openCircuit()
  for (let n = 0; n < 100; n++) await circuit.run(answer)
  for (let n = 0; n < 9; n++) await assert.rejects(circuit.run(fail), StrayError)
  await circuit.run(answer)
  for (let n = 0; n < 9; n++) await assert.rejects(circuit.run(fail), StrayError)
  const before = states()

  await assert.rejects(circuit.run(fail), StrayError)

  assert.deepEqual(before, [])
  assert.deepEqual(states(), ['open'])
})

test('the state is a metric from the start: 0 closed, 2 open, 1 while one call tries', async t => {
  t.mock.timers.enable({ apis: ['Date'] })
  const { circuit, shown } = openCircuit()

  const seen = [await shown()]
  for (let n = 0; n < 5; n++) await assert.rejects(circuit.run(fail), StrayError)
  seen.push(await shown())
  t.mock.timers.tick(5_001)
  await circuit.run(async () => seen.push(await shown()))
  seen.push(await shown())

  assert.deepEqual(seen, [0, 2, 1, 0])
})

test('while one call tries whether the circuit may close, the others are refused at once and do not wait for it', async t => {
  t.mock.timers.enable({ apis: ['Date'] })
  const { circuit } = openCircuit()
  for (let n = 0; n < 5; n++) await assert.rejects(circuit.run(fail), StrayError)
  t.mock.timers.tick(5_001)
  const { promise: answered, resolve: comeBack } = Promise.withResolvers<string>()

  const trying = circuit.run(() => answered)
  await assert.rejects(circuit.run(answer), CircuitOpenError)
  comeBack('at last')

  assert.equal(await trying, 'at last')
  assert.equal(await circuit.run(answer), 'asked')
})

test('an answer that says failure counts like no answer, and is given to the caller all the same', async () => {
  const { circuit } = openCircuit()

  const answers: string[] = []
  for (let n = 0; n < 5; n++) answers.push(await circuit.run(async () => 'failed'))

  assert.deepEqual(answers, ['failed', 'failed', 'failed', 'failed', 'failed'])
  assert.equal(circuit.isRefusing(), true)
})

test('what is asked once more neither opens the circuit nor keeps it closed, and is refused like the rest while it is open', async () => {
  const { circuit, states } = openCircuit()

  for (let n = 0; n < 20; n++) await assert.rejects(circuit.run(fail, { isRepeat: true }), StrayError)
  const before = states()
  for (let n = 0; n < 20; n++) await circuit.run(answer, { isRepeat: true })
  for (let n = 0; n < 5; n++) await assert.rejects(circuit.run(fail), StrayError)

  await assert.rejects(circuit.run(answer, { isRepeat: true }), CircuitOpenError)
  assert.deepEqual([before, states()], [[], ['open']])
})

test('what is asked once more may be the call that shows the circuit may close', async t => {
  t.mock.timers.enable({ apis: ['Date'] })
  const { circuit, states } = openCircuit()
  for (let n = 0; n < 5; n++) await assert.rejects(circuit.run(fail), StrayError)
  t.mock.timers.tick(5_001)

  assert.equal(await circuit.run(answer, { isRepeat: true }), 'asked')

  assert.deepEqual(states(), ['open', 'half-open', 'closed'])
})

test('declines and wrong questions never open the circuit', async () => {
  const { circuit, states } = openCircuit()

  for (let n = 0; n < 50; n++) {
    await circuit.run(async () => ({ outcome: 'declined' }))
    await assert.rejects(
      circuit.run(async () => {
        throw new TypeError()
      }),
    )
  }

  assert.deepEqual(states(), [])
})

test('one failure in many calls does not open the circuit', async () => {
  const { circuit, states } = openCircuit()

  for (let n = 0; n < 100; n++) {
    await circuit.run(async () => 'charged')
    if (n % 50 === 49) await assert.rejects(circuit.run(fail), StrayError)
  }

  assert.deepEqual(states(), [])
})

test('four failures on a quiet shop do not open the circuit', async () => {
  const { circuit } = openCircuit()

  for (let n = 0; n < 4; n++) await assert.rejects(circuit.run(fail), StrayError)

  assert.equal(circuit.isRefusing(), false)
})
