// Last of all, what the tests before may have left behind or broken while nobody looked: a process that was killed for memory and
// came back, a collector that was started again with a setting too few.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compose, docker, eventually, query } from './lab.ts'

test('no container was ended for memory', async () => {
  const ids = (await compose('ps', '--all', '--quiet')).split('\n').filter(id => id !== '')

  const format = '{{index .Config.Labels "com.docker.compose.service"}} {{.State.OOMKilled}}'
  const states = (await docker('inspect', '--format', format, ...ids)).split('\n').filter(line => line !== '')

  assert.ok(states.length >= 15, states.join('; '))
  assert.deepEqual(
    states.filter(state => !state.endsWith(' false')),
    [],
  )
})

// Tests kill whole containers, never one of the server's own processes.
test('no process of the database server was killed', async () => {
  const log = await compose('logs', '--no-color', 'postgres')

  assert.match(log, /database system is ready to accept connections/)
  assert.deepEqual(log.match(/.*was terminated by signal.*/g) ?? [], [])
})

test('the collector loses nothing on the way to any store', async () => {
  await eventually(
    async () => {
      const failed = await query(
        'sum by (exporter) (rate({__name__=~"otelcol_exporter_(send|enqueue)_failed_.+"}[1m])) > 0',
      )
      assert.deepEqual(failed, [])
    },
    { withinMs: 150_000, everyMs: 3_000 },
  )
  const sent = await query('sum(rate({__name__=~"otelcol_exporter_sent_spans.*"}[1m])) > 0')
  assert.equal(sent.length, 1)
})
