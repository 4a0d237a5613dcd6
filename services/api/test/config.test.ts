import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../src/config.ts'

const env = {
  PORT: '3001',
  DATABASE_URL: 'postgres://techmart:lab@postgres:5432/api',
  KAFKA_BROKERS: 'kafka:9092',
  INVENTORY_URL: 'http://inventory:3002',
  PAYMENTS_URL: 'http://payments:3003',
  USERS_URL: 'http://users:3004',
  OUTSIDE_URL: 'http://outside-world:3010',
  ORDER_KEY_SECRET: 'a secret for tests only',
}

test('what is needed is enough, and the rest has defaults', () => {
  const config = readConfig(env)

  assert.equal(config.PORT, 3001)
  assert.deepEqual(config.KAFKA_BROKERS, ['kafka:9092'])
  assert.equal(config.REQUEST_LIMIT_MS, 8_000)
})

test('every bad or missing variable is named at once, and no secret is shown', () => {
  const bad = { ...env, PORT: 'http', INVENTORY_URL: '', ORDER_KEY_SECRET: 'short-secret' }

  assert.throws(
    () => readConfig(bad),
    (error: Error) => {
      assert.match(error.message, /PORT is 'http'/)
      assert.match(error.message, /INVENTORY_URL is missing/)
      assert.match(error.message, /ORDER_KEY_SECRET/)
      assert.doesNotMatch(error.message, /short-secret/)
      return true
    },
  )
})
