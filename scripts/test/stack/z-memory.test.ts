// Last of all: whatever the tests before asked of the stack, it had room for. A process that is killed for memory comes back, and
// the tests that were not looking at it just then would never know.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compose, docker } from './lab.ts'

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
