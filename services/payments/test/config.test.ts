import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../src/config.ts'

test('all wrong and missing variables are named at once', () => {
  const reading = () => readConfig({ OUTSIDE_URL: 'outside', PROVIDER_TIMEOUT_MS: 'soon' })

  assert.throws(reading, /DATABASE_URL[\s\S]*OUTSIDE_URL|OUTSIDE_URL[\s\S]*DATABASE_URL/)
  assert.throws(reading, /PROVIDER_TIMEOUT_MS is 'soon'/)
})

test('all tries of one charge end before api stops waiting', () => {
  const config = readConfig({ DATABASE_URL: 'postgres://localhost/payments', OUTSIDE_URL: 'http://outside-world:3010' })

  assert.ok(config.PROVIDER_TOTAL_MS < 5_000)
  assert.ok(config.PROVIDER_TIMEOUT_MS * 3 <= config.PROVIDER_TOTAL_MS)
})
