// The guard as a process: whoever breaks a container may die, even without a last word, and the container comes back.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import type { MarkRequest } from '@techmart/contracts/incident-routes'
import { type FakeDocker, type FakeDockerOptions, makeFakeDocker, until } from './fake-docker.ts'

/** Breaks kafka for the given seconds and then waits for its end, or undoes it at a word on its standard input. */
const runFor = (seconds: number) => `
import { makeContainers } from './chaos/containers.ts'
const containers = makeContainers({ storeUrl: process.env.STORE_URL })
process.stdin.once('data', async () => {
  await containers.undo()
  process.exit(0)
})
await containers.break({ name: 'kafka-stopped', actions: [{ kind: 'stop', service: 'kafka' }] }, Date.now() + ${seconds} * 1000, () => {})
console.log('broken')
`

/** As \`make deploy-bad\` does it. */
const deployBadFor = (seconds: number) => `
import { makeContainers } from './chaos/containers.ts'
const action = { kind: 'bad-replica', service: 'api', environment: { PAYMENTS_URL: 'http://nowhere' } }
const containers = makeContainers({ storeUrl: process.env.STORE_URL })
await containers.breakForLater({ name: 'bad-deploy', actions: [action] }, Date.now() + ${seconds} * 1000)
`

/** As \`make deploy-good\` and \`make chaos-stop\` do it. */
const undoRecorded = `
import { undoRecorded } from './chaos/containers.ts'
await undoRecorded()
`

/** The lab's side of marks. */
async function startMarks(t: TestContext) {
  const marks: MarkRequest[] = []
  const server = createServer(async (request, reply) => {
    marks.push(JSON.parse(await text(request)))
    reply.setHeader('content-type', 'application/json').end(JSON.stringify({ id: marks.length, ...marks.at(-1) }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { marks, env: { STORE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }
}

async function breakKafka(t: TestContext, seconds: number, options: FakeDockerOptions = {}) {
  const docker = makeFakeDocker(t, options)
  const child = docker.run(runFor(seconds))
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')])
  assert.equal(child.exitCode, null)
  return { docker, child }
}

async function end(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
}

const runToEnd = (docker: FakeDocker, program: string) => end(docker.run(program))

// Side by side: a guard looks after its container for 25 s.
describe('the guard', { concurrency: true }, () => {
  test('a run that is killed without a last word leaves its container to the guard, which starts it again', async t => {
    const { marks, env } = await startMarks(t)
    const { docker, child } = await breakKafka(t, 300, { env })
    assert.equal(docker.kafka(), 'exited')

    child.kill('SIGKILL')

    await until(() => docker.kafka() === 'running', 10_000)
    const startedAtMs = Date.now()
    await until(() => !docker.hasRecord(), 60_000)
    await until(() => marks.length > 0, 10_000)
    const [{ at = '', ...mark } = {}, ...others] = marks
    assert.deepEqual(mark, { kind: 'healed', text: 'kafka is as it was', service: 'kafka', scenario: 'kafka-stopped' })
    assert.deepEqual(others, [])
    // When it ran again, and not when the guard had looked long enough.
    assert.ok(Date.parse(at) < startedAtMs + 15_000, `${at} is late`)
  })

  test('when the time is over the guard starts the container, though the run still lives', async t => {
    const { docker, child } = await breakKafka(t, 1)

    await until(() => docker.kafka() === 'running', 10_000)

    assert.equal(child.exitCode, null)
  })

  test('after an orderly end the guard has nothing to do and goes', async t => {
    const { docker, child } = await breakKafka(t, 300)

    child.stdin?.write('undo\n')
    await end(child)

    assert.equal(docker.count('start kafka'), 1)
    assert.equal(docker.hasRecord(), false)
  })

  test('a bad deploy outlives its command, and goes by itself; the lab hears of it', async t => {
    const { marks, env } = await startMarks(t)
    const docker = makeFakeDocker(t, { env })

    await runToEnd(docker, deployBadFor(3))

    assert.equal(docker.hasBadReplica(), true)
    await until(() => !docker.hasBadReplica(), 15_000)
    await until(() => marks.length > 0, 60_000)
    assert.deepEqual(
      marks.map(({ kind, service, scenario }) => [kind, service, scenario]),
      [['rollback', 'api', 'bad-deploy']],
    )
  })

  test('a guard that has outlived its job leaves alone what somebody else has broken since', async t => {
    const docker = makeFakeDocker(t)
    await runToEnd(docker, deployBadFor(4))
    await runToEnd(docker, undoRecorded)
    await runToEnd(docker, deployBadFor(300))
    assert.equal(docker.count('rm --force'), 1)

    await until(() => docker.guardLog() !== '', 20_000)

    assert.equal(docker.hasBadReplica(), true)
    assert.equal(docker.hasRecord(), true)
    assert.match(docker.guardLog(), /not broken by this run any more/)
  })

  test('a run whose breakage was put right by somebody else leaves alone what was broken since', async t => {
    const { docker, child } = await breakKafka(t, 300)
    await runToEnd(docker, undoRecorded)
    await runToEnd(docker, deployBadFor(300))

    child.stdin?.write('undo\n')
    await end(child)

    assert.equal(docker.hasBadReplica(), true)
    assert.equal(docker.hasRecord(), true)
  })
})

describe('the guard, where Node runs in a container', { concurrency: true }, () => {
  const env = { LAB_NODE_CONTAINER: '--init\nnode-image' }

  test('is a container of its own, which ends with nobody else', async t => {
    const { docker, child } = await breakKafka(t, 300, { env })
    assert.equal(docker.count('run --rm -i --name guard-test-chaos-guard-'), 1)
    assert.equal(docker.count('--init node-image'), 1)
    assert.equal(docker.count('--env COMPOSE_PROJECT_NAME'), 1)

    child.kill('SIGKILL')

    await until(() => docker.kafka() === 'running', 10_000)
  })

  test('that does not start breaks nothing, and leaves no record in the way of the next', async t => {
    const docker = makeFakeDocker(t, { env: { LAB_NODE_CONTAINER: 'no-such-image' } })

    const [code] = await once(docker.run(deployBadFor(300)), 'exit')

    assert.notEqual(code, 0)
    assert.equal(docker.hasBadReplica(), false)
    assert.equal(docker.hasRecord(), false)
  })
})
