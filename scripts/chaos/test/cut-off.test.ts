// A `docker compose stop` that is cut off: its client ends, and the engine stops the container all the same, a moment later. Until
// then the container runs, is healthy, and takes a start for nothing to do.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { type FakeDocker, makeFakeDocker, until } from './fake-docker.ts'

/** As the runner does it: whatever becomes of the breaking, it is undone. */
const breakAndUndo = `
import { makeContainers } from './chaos/containers.ts'
process.on('SIGINT', () => {})
const containers = makeContainers({ storeUrl: process.env.STORE_URL })
const stopped = { name: 'kafka-stopped', actions: [{ kind: 'stop', service: 'kafka' }] }
await containers.break(stopped, Date.now() + 300_000, () => {}).catch(() => {})
await containers.undo()
`

const undoRecorded = `
import { undoRecorded } from './chaos/containers.ts'
await undoRecorded()
`

async function exit(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
}

const stopIsAsked = (docker: FakeDocker) => until(() => docker.count('stop --timeout 20 kafka') === 1, 20_000)
const engineIsDone = (docker: FakeDocker) => until(() => docker.count('the engine has stopped it') === 1, 20_000)

describe('a stop that is cut off', { concurrency: true }, () => {
  test('Ctrl-C, which the terminal sends to the whole group, lets the stop end before it is undone', async t => {
    const docker = makeFakeDocker(t, { stopSeconds: 2 })
    const run = docker.run(breakAndUndo)
    await stopIsAsked(docker)

    process.kill(-Number(run.pid), 'SIGINT')
    await exit(run)

    await engineIsDone(docker)
    assert.equal(docker.kafka(), 'running')
    assert.equal(docker.hasRecord(), false)
  })

  test('a client that fails leaves the engine at work: it is undone until that must be over', async t => {
    const docker = makeFakeDocker(t, { stopSeconds: 3, client: 'fails' })

    await exit(docker.run(breakAndUndo))

    await engineIsDone(docker)
    assert.equal(docker.kafka(), 'running')
    assert.equal(docker.hasRecord(), false)
  })

  test('what a killed run had begun is undone by chaos-stop until that must be over', async t => {
    const docker = makeFakeDocker(t, { stopSeconds: 3 })
    const run = docker.run(breakAndUndo)
    await stopIsAsked(docker)
    run.kill('SIGKILL')

    await exit(docker.run(undoRecorded))

    await engineIsDone(docker)
    assert.equal(docker.kafka(), 'running')
    assert.equal(docker.hasRecord(), false)
  })
})
