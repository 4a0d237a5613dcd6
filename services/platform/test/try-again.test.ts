import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeTryAgain } from '@techmart/platform/try-again'

class StrayError extends Error {}
const isTechnical = (error: Error) => error instanceof StrayError

/** Time that only passes when somebody waits or asks. */
function makeStoppedTime() {
  let nowMs = 0
  return {
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms
    },
    pause: async (ms: number) => {
      nowMs += ms
    },
  }
}

test('a technical failure is tried three times and then given up', async () => {
  const time = makeStoppedTime()
  const tryAgain = makeTryAgain({ isTechnical, tryTimeoutMs: 1_500, totalMs: 4_500, ...time })
  let asked = 0

  const asking = tryAgain(async () => {
    asked++
    throw new StrayError()
  })

  await assert.rejects(asking, StrayError)
  assert.equal(asked, 3)
})

test('the second try may succeed', async () => {
  const time = makeStoppedTime()
  const tryAgain = makeTryAgain({ isTechnical, tryTimeoutMs: 1_500, totalMs: 4_500, ...time })
  let asked = 0

  const answer = await tryAgain(async () => {
    if (++asked === 1) throw new StrayError()
    return 'charged'
  })

  assert.equal(answer, 'charged')
})

test('what is not technical is not tried again', async () => {
  const time = makeStoppedTime()
  const tryAgain = makeTryAgain({ isTechnical, tryTimeoutMs: 1_500, totalMs: 4_500, ...time })
  let asked = 0

  const asking = tryAgain(async () => {
    asked++
    throw new TypeError()
  })

  await assert.rejects(asking, TypeError)
  assert.equal(asked, 1)
})

test('all tries together stay within the time limit when each one runs into its own', async () => {
  const time = makeStoppedTime()
  const tryAgain = makeTryAgain({ isTechnical, tryTimeoutMs: 1_500, totalMs: 4_500, ...time })
  const limits: number[] = []

  const asking = tryAgain(async timeoutMs => {
    limits.push(timeoutMs)
    time.pass(timeoutMs)
    throw new StrayError()
  })

  await assert.rejects(asking, StrayError)
  assert.ok(time.now() <= 4_500, `${time.now()} ms`)
  assert.deepEqual(limits.slice(0, 2), [1_500, 1_500])
})
