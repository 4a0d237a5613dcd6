import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultError } from '@techmart/platform/faults'
import { isPostgresOutage, toUpstreamError } from '@techmart/platform/postgres-errors'
import { UpstreamError } from '@techmart/platform/refusals'

const failureOf = (code: string) => Object.assign(new Error(code), { code })

test('a database that is away, stops or takes too long is an outage; a statement that it refuses is none', () => {
  const outages = ['ECONNREFUSED', 'ENOTFOUND', 'CONNECTION_CLOSED', '57P01', '53300', '57014']
  const refusals = ['23505', '22003', '42601']

  for (const code of outages) assert.ok(isPostgresOutage(toUpstreamError(failureOf(code))), code)
  for (const code of refusals) assert.ok(!isPostgresOutage(toUpstreamError(failureOf(code))), code)
})

test('a fault at the database is an outage of it; what another dependency does is not', () => {
  assert.ok(isPostgresOutage(new FaultError({ scenario: 'database-away', point: 'database' })))
  assert.ok(!isPostgresOutage(new FaultError({ scenario: 'poison', point: 'consumer' })))
  assert.ok(!isPostgresOutage(new UpstreamError('no answer', { kind: 'timeout', dependency: 'mail-provider' })))
})
