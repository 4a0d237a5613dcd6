import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../src/config.ts'

test('a reservation holds for ten minutes unless somebody says otherwise', () => {
  const config = readConfig({ PORT: '3002', DATABASE_URL: 'postgres://techmart:lab@postgres:5432/inventory' })

  assert.equal(config.RESERVATION_SECONDS, 600)
})

test('every bad or missing variable is named at once', () => {
  const bad = { PORT: '3002', DATABASE_URL: 'mysql://inventory', RESTOCK_POLL_MS: 'soon' }

  assert.throws(() => readConfig(bad), /DATABASE_URL[\s\S]*RESTOCK_POLL_MS is 'soon'/)
})
