import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '@techmart/platform/env'
import { readConfig } from '../src/config.ts'

test('all wrong variables are named at once', () => {
  const reading = () => readConfig({ PORT: 'eighty', RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'loud' })

  assert.throws(reading, (error: unknown) => {
    assert.ok(error instanceof ConfigError)
    for (const name of ['PORT', 'API_URL', 'USERS_URL', 'INVENTORY_URL', 'RATE_LIMIT_PER_MINUTE', 'LOG_LEVEL'])
      assert.match(error.message, new RegExp(name))
    return true
  })
})

test('only the addresses of those it passes on to have no default', () => {
  const config = readConfig({
    API_URL: 'http://api:3001',
    USERS_URL: 'http://users:3004',
    INVENTORY_URL: 'http://inventory:3002',
  })

  assert.equal(config.PORT, 8080)
  assert.equal(config.UPSTREAM_TIMEOUT_MS, 10_000)
  assert.match(config.RUNBOOKS_DIR, /docs\/runbooks$/)
})
