// Last of all, what the tests before may have left behind or broken while nobody looked: a process that was killed for memory and
// came back, one that hardly ran for want of it, a collector that was started again with a setting too few.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
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

/** Page faults that had to read a file, since the container started; undefined where this machine does not show them. */
async function countMajorFaults(pid: string): Promise<number | undefined> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  const [, path = ''] = /:memory:(.+)/.exec(groups) ?? /^0::(.+)/m.exec(groups) ?? []
  for (const root of ['/sys/fs/cgroup/memory', '/sys/fs/cgroup']) {
    const figures = await readFile(`${root}${path}/memory.stat`, 'utf8').catch(() => '')
    const [, faults] = /^pgmajfault (\d+)/m.exec(figures) ?? []
    if (faults !== undefined) return Number(faults)
  }
  return undefined
}

// A program is a file, and the file counts against the limit of who read it first. Where it does not fit beside the heap it is
// read again and again, and nobody is killed.
test('no container reads its own program again and again for want of memory', async t => {
  const ids = (await compose('ps', '--quiet')).split('\n').filter(id => id !== '')
  const format = '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Pid}}'
  const running = (await docker('inspect', '--format', format, ...ids)).split('\n').filter(line => line !== '')

  const counts = await Promise.all(
    running.map(async line => {
      const [service = '', pid = ''] = line.split(' ')
      return { service, faults: await countMajorFaults(pid) }
    }),
  )

  if (counts.some(({ faults }) => faults === undefined))
    return t.skip('this machine does not show what containers read')
  t.diagnostic(counts.map(({ service, faults }) => `${service} ${faults}`).join(', '))
  // Some seventy read a program once, and Postgres has two thousand by then; who has no room has a hundred more each second.
  assert.deepEqual(
    counts.filter(({ faults = 0 }) => faults > 20_000),
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
