import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readEnv, serviceEnv } from '@techmart/platform/env'
import Type from 'typebox'

const schema = Type.Object({
  ...serviceEnv,
  DATABASE_URL: Type.String({ pattern: '^postgres://', description: 'The database.' }),
  KAFKA_BROKERS: Type.Array(Type.String(), { minItems: 1 }),
  RATE: Type.Number({ default: 0.5 }),
  QUIET: Type.Boolean({ default: false }),
  NICKNAME: Type.Optional(Type.String()),
})

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readEnv(schema, env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

test('text becomes numbers, booleans and lists as the schema says, and defaults fill the rest', () => {
  const env = {
    PORT: '3001',
    DATABASE_URL: 'postgres://db/api',
    KAFKA_BROKERS: 'kafka:9092, other:9093',
    QUIET: 'true',
  }

  const config = readEnv(schema, env)

  assert.deepEqual(config, {
    PORT: 3001,
    LOG_LEVEL: 'info',
    STOP_TIMEOUT_MS: 10_000,
    LAB_URL: 'http://lab:3007',
    DATABASE_URL: 'postgres://db/api',
    KAFKA_BROKERS: ['kafka:9092', 'other:9093'],
    RATE: 0.5,
    QUIET: true,
  })
})

test('every bad variable is named at once, with what was given and what is allowed', () => {
  const env = { PORT: 'abc', LOG_LEVEL: 'loud', STOP_TIMEOUT_MS: '5', KAFKA_BROKERS: 'kafka:9092', QUIET: 'TRUE' }

  const problems = problemsOf(env)

  assert.deepEqual(problems, [
    "PORT is 'abc'; it must be a whole number from 1 up to 65535: TCP port the service listens on.",
    "LOG_LEVEL is 'loud'; it must be one of error, warn, info, debug: Least severe level logged.",
    "STOP_TIMEOUT_MS is '5'; it must be a whole number from 100 up to 120000: Longest time an orderly end may take, in milliseconds.",
    'DATABASE_URL is missing; it must be text that matches ^postgres://: The database.',
    "QUIET is 'TRUE'; it must be true or false.",
  ])
})

test('empty text counts as missing', () => {
  const problems = problemsOf({ PORT: '', DATABASE_URL: 'postgres://db/api', KAFKA_BROKERS: '   ' })

  assert.deepEqual(
    problems.map(problem => problem.split(';')[0]),
    ['PORT is missing', 'KAFKA_BROKERS is missing'],
  )
})

test('a password or a secret is never repeated in a complaint', () => {
  const secretive = Type.Object({
    MAIL_URL: Type.String({ pattern: '^smtp:' }),
    ORDER_KEY_SECRET: Type.String({ minLength: 32 }),
  })

  assert.throws(
    () => readEnv(secretive, { MAIL_URL: 'postgres://ada:hunter2@db/api', ORDER_KEY_SECRET: 'hunter2' }),
    (error: Error) => error instanceof ConfigError && error.problems.length === 2 && !error.message.includes('hunter2'),
  )
})
