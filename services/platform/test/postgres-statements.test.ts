import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summaryOf } from '@techmart/platform/postgres-statements'

for (const [text, summary] of [
  ['SELECT id, name FROM products WHERE id = $1', 'SELECT products'],
  ['insert into "outbox" (topic) values ($1)', 'INSERT outbox'],
  ['BEGIN', 'BEGIN'],
  ['WITH matches AS MATERIALIZED (SELECT id FROM products) SELECT count(*) FROM matches', 'SELECT products'],
  [
    'with due as (select id from outbox for update skip locked) update outbox set published_at = now() from due',
    'UPDATE outbox',
  ],
  [
    'WITH locked AS (SELECT id FROM stock FOR NO KEY UPDATE), held AS (INSERT INTO reservations (id) SELECT 1) UPDATE stock SET held = 1',
    'INSERT reservations UPDATE stock',
  ],
  [
    'WITH first AS (INSERT INTO upload_messages (id) VALUES ($1) ON CONFLICT DO NOTHING), written AS (INSERT INTO products (sku) SELECT $2 FROM first ON CONFLICT (sku) DO UPDATE SET sku = excluded.sku) UPDATE upload_jobs SET state = $3',
    'INSERT upload_messages INSERT products UPDATE upload_jobs',
  ],
] as const) {
  test(`a statement is summed up as ${summary}: ${text.slice(0, 40)}…`, () => {
    assert.equal(summaryOf(text), summary)
  })
}
