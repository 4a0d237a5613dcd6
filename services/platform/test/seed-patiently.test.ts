import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UpstreamError } from '../src/refusals.ts'
import { seedPatiently } from '../src/seed-patiently.ts'
import { fakeLog } from '../src/testing.ts'

const slow = () => new UpstreamError('postgres did not answer', { kind: 'timeout', dependency: 'postgres' })

test('a seed begins again while the database is too slow', async () => {
  let tries = 0

  const rows = await seedPatiently(
    fakeLog(),
    async () => {
      tries += 1
      if (tries < 3) throw slow()
      return 240
    },
    { pauseMs: 1 },
  )

  assert.deepEqual([rows, tries], [240, 3])
})

test('a seed that is wrong is not tried again', async () => {
  let tries = 0
  const seed = async () => {
    tries += 1
    throw new Error('no such column')
  }

  await assert.rejects(seedPatiently(fakeLog(), seed, { pauseMs: 1 }), /no such column/)
  assert.equal(tries, 1)
})

test('a database that stays away ends the start when the time is over', async () => {
  const seed = async () => {
    throw slow()
  }

  await assert.rejects(seedPatiently(fakeLog(), seed, { withinMs: 20, pauseMs: 5 }), /did not answer/)
})
