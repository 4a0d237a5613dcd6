import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askAgain } from '../src/ask-again.ts'
import { lostReply, refusedConnection } from './fakes.ts'

const limits = { tries: 2, tryTimeoutMs: 1_000, totalMs: 1_500 }
const never = new AbortController().signal

test('a call whose reply was lost is asked again', async () => {
  let asked = 0

  const answer = await askAgain(limits, never, async () => {
    if (++asked === 1) throw lostReply('payments')
    return 'charged'
  })

  assert.equal(answer, 'charged')
  assert.equal(asked, 2)
})

test('a call whose reply is lost every time is given up', async () => {
  let asked = 0

  const call = askAgain(limits, never, async () => {
    asked++
    throw lostReply('payments')
  })

  await assert.rejects(call, { kind: 'timeout' })
  assert.equal(asked, 2)
})

test('a connection that was refused is not tried again', async () => {
  let asked = 0

  const call = askAgain(limits, never, async () => {
    asked++
    throw refusedConnection('payments')
  })

  await assert.rejects(call, { kind: 'refused' })
  assert.equal(asked, 1)
})

test('nothing is asked again after the request has been given up', async () => {
  let asked = 0

  const call = askAgain(limits, AbortSignal.abort(), async () => {
    asked++
    throw lostReply('payments')
  })

  await assert.rejects(call)
  assert.equal(asked, 1)
})
