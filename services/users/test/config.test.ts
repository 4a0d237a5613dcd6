import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadLetterTopicOf, ordersPlacedTopic } from '@techmart/contracts/topics'
import { ConfigError } from '@techmart/platform/env'
import { readConfig } from '../src/config.ts'

const least = { DATABASE_URL: 'postgres://localhost/users', KAFKA_BROKERS: 'kafka:9092' }

test('what is missing is named all at once', () => {
  assert.throws(
    () => readConfig({}),
    (error: ConfigError) => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, /DATABASE_URL[\s\S]*KAFKA_BROKERS/)
      return true
    },
  )
})

test('an order that was counted is remembered for longer than it can come back', () => {
  const { PORT, ORDER_EVENT_RETENTION_DAYS } = readConfig(least)

  const comesBackWithinMs = deadLetterTopicOf(ordersPlacedTopic).retentionMs + ordersPlacedTopic.retentionMs
  assert.equal(PORT, 3004)
  assert.ok(ORDER_EVENT_RETENTION_DAYS * 86_400_000 >= comesBackWithinMs)
  assert.throws(() => readConfig({ ...least, ORDER_EVENT_RETENTION_DAYS: '7' }), /ORDER_EVENT_RETENTION_DAYS/)
})
