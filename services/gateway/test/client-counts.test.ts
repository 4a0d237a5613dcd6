import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientCounts } from '../src/client-counts.ts'
import type { Client } from '../src/client-key.ts'

const client = (sort: Client['sort'], name: string | number): Client => ({ sort, key: `${sort}:${name}` })

test('sessions without end are forgotten, oldest first, and push no address out', () => {
  const counts = new ClientCounts({ maxKeysPerSort: 3 })
  counts.add(client('address', 'here'), 0)
  counts.add(client('crowd', 'here'), 0)

  for (let n = 1; n <= 1_000; n++) counts.add(client('session', n), n)

  assert.equal(counts.add(client('address', 'here'), 1_001).count, 2)
  assert.equal(counts.add(client('crowd', 'here'), 1_001).count, 2)
  assert.equal(counts.find(client('session', 1), 1_001), undefined)
  assert.equal(counts.find(client('session', 1_000), 1_001)?.count, 1)
})

test('a minute after its first event a client starts anew, kind by kind', () => {
  const counts = new ClientCounts({ maxKeysPerSort: 3 })
  const here = client('address', 'here')

  counts.add(here, 1_000, 'declined')
  counts.add(here, 30_000, 'not_found')

  assert.deepEqual(counts.find(here, 60_999, 'declined'), { count: 1, endsInMs: 1 })
  assert.equal(counts.find(here, 61_000, 'declined'), undefined)
  assert.equal(counts.add(here, 61_000, 'declined').count, 1)
  assert.equal(counts.add(here, 61_000, 'not_found').count, 2)
})
