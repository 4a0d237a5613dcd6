import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toPrice } from '../src/logic/money.ts'

test('cents become dollars with two digits and a comma between thousands', () => {
  assert.equal(toPrice(5), '$0.05')
  assert.equal(toPrice(1_30), '$1.30')
  assert.equal(toPrice(1_299_00), '$1,299.00')
})
