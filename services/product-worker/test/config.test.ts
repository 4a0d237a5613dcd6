import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '@techmart/platform/env'
import { readConfig } from '../src/config.ts'

test('what is missing is named all at once', () => {
  assert.throws(
    () => readConfig({}),
    (error: ConfigError) => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, /DATABASE_URL/)
      assert.match(error.message, /KAFKA_BROKERS/)
      return true
    },
  )
})

test('the port has its default', () => {
  const config = readConfig({ DATABASE_URL: 'postgres://localhost/api', KAFKA_BROKERS: 'kafka:9092' })

  assert.equal(config.PORT, 3006)
})
