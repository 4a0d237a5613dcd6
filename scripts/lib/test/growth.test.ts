import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeGrowth } from '../growth.ts'

const at = (country: string, value: number) => ({ labels: { country }, value })

test('growth begins with the first reading, and goes on through a restart', () => {
  const growth = makeGrowth()

  for (const value of [1000, 1005, 3, 4]) growth.read([at('US', value)])

  assert.equal(growth.sum(), 5 + 3 + 1)
})

test('a series that is born later counts whole, and one that is missing for a while is not counted twice', () => {
  const growth = makeGrowth()

  growth.read([at('US', 100)])
  growth.read([at('US', 110), at('DE', 7)])
  growth.read([at('DE', 8)])
  growth.read([at('US', 130), at('DE', 8)])

  assert.deepEqual(growth.list(), [at('US', 30), at('DE', 8)])
  assert.equal(growth.sum({ country: 'US' }), 30)
  assert.equal(growth.sum({ country: 'FR' }), 0)
})
