import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeInteractionScore, makeShiftScore } from '../src/telemetry/vital-scores.ts'

const shift = (startTime: number, value: number, hadRecentInput = false) => ({ startTime, value, hadRecentInput })

test('layout shifts are summed within a burst, and the worst burst counts', () => {
  const score = makeShiftScore()

  const scores = [shift(100, 0.1), shift(900, 0.05), shift(3_000, 0.01), shift(3_500, 0.02)].map(score)

  assert.deepEqual(
    scores.map(value => Math.round(value * 1_000)),
    [100, 150, 150, 150],
  )
})

test('a burst ends after a second of quiet, or five seconds after it began', () => {
  const quiet = makeShiftScore()
  const long = makeShiftScore()

  quiet(shift(100, 0.1))
  const afterQuiet = quiet(shift(1_100, 0.1))
  const afterLong = [0, 900, 1_800, 2_700, 3_600, 4_500, 5_400].map(at => long(shift(1_000 + at, 1))).at(-1)

  assert.equal(afterQuiet, 0.1)
  assert.equal(afterLong, 6)
})

test('a shift that a shopper caused does not count', () => {
  const score = makeShiftScore()

  assert.equal(score(shift(100, 0.5, true)), 0)
})

const event = (interactionId: number, duration: number) => ({ interactionId, duration })

test('the slowest interaction is the score, by its longest event', () => {
  const score = makeInteractionScore()

  score(event(1, 48), 1)
  score(event(1, 104), 1)
  score(event(1, 56), 1)

  assert.equal(score(event(2, 72), 2), 104)
})

test('of every fifty interactions one may be slower than the score', () => {
  const score = makeInteractionScore()

  const slowest = [300, 200, 100].map((duration, id) => score(event(id + 1, duration), 3)).at(-1)
  const afterFifty = score(event(4, 40), 50)
  const afterHundred = score(event(5, 40), 100)

  assert.equal(slowest, 300)
  assert.equal(afterFifty, 200)
  assert.equal(afterHundred, 100)
})

test('an event that is no interaction has no score, and a thousand interactions keep ten', () => {
  const score = makeInteractionScore()

  const ofNone = score(event(0, 500), 0)
  for (let id = 1; id <= 1_000; id++) score(event(id, id), id)
  const last = score(event(0, 500), 1_000)

  assert.equal(ofNone, 0)
  assert.equal(last, 991)
})
